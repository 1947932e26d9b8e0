package dev.cleave.engine.http;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request on a connection; hands its answer to the connection's event loop. Immutable but for "has it been answered". */
final class Exchange implements HttpExchange {
    /** Takes the answer of an exchange, on any thread. */
    interface Answers {
        void answer(Exchange exchange, int status, String contentType, byte[] body, Map<String, String> headers);

        void answerInParts(Exchange exchange, int status, String contentType, HttpParts parts);
    }

    private final RequestHead head;
    private final byte[] remainder;
    private final Map<String, byte[]> query;
    private final byte[] body;
    private final InetSocketAddress remote;
    private final Answers answers;
    private final AtomicBoolean isAnswered = new AtomicBoolean();

    Exchange(
            RequestHead head,
            byte[] remainder,
            Map<String, byte[]> query,
            byte[] body,
            InetSocketAddress remote,
            Answers answers) {
        this.head = head;
        this.remainder = remainder;
        this.query = query;
        this.body = body;
        this.remote = remote;
        this.answers = answers;
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String rawPath() {
        return head.path();
    }

    @Override
    public byte[] remainder() {
        return remainder;
    }

    @Override
    public Set<String> queryNames() {
        return Collections.unmodifiableSet(query.keySet());
    }

    @Override
    public Optional<byte[]> queryBytes(String name) {
        return Optional.ofNullable(query.get(name));
    }

    @Override
    public Optional<String> query(String name) {
        byte[] bytes = query.get(name);
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException notText) {
            throw new HttpProblem(400, "the query parameter '" + name + "' is not UTF-8", "percent-encode UTF-8 bytes");
        }
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(head.headers().get(name));
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public void respond(int status, String contentType, byte[] answer, Map<String, String> headers) {
        answerOnce();
        answers.answer(this, status, contentType, answer, headers);
    }

    @Override
    public void respondInParts(int status, String contentType, HttpParts parts) {
        answerOnce();
        answers.answerInParts(this, status, contentType, parts);
    }

    private void answerOnce() {
        if (!isAnswered.compareAndSet(false, true)) {
            throw new IllegalStateException(head.method() + " request has been answered before");
        }
    }

    /** Answers with a problem unless the handler has answered before it failed. */
    void respondProblem(HttpProblem problem) {
        if (!isAnswered.get()) {
            respondError(problem.status(), problem.error(), problem.hint());
        }
    }
}
