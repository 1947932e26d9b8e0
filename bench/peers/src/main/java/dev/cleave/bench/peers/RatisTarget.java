package dev.cleave.bench.peers;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** Ratis' client under load, in the messages of {@link RatisMap}. Reads need no order among themselves. */
final class RatisTarget implements KvTarget {
    private final RaftClient client;

    RatisTarget(RaftClient client) {
        this.client = client;
    }

    @Override
    public CompletableFuture<Outcome> ask(KvCommand command) {
        if (command instanceof KvCommand.Put put) {
            byte[] value = put.value().bytes();
            Message message = message(put.key(), ByteBuffer.wrap(value));
            return told(client.async().send(message), answer -> new KvResult.Done());
        }
        if (command instanceof KvCommand.Get get) {
            Message message = message(get.key(), ByteBuffer.allocate(0));
            return told(client.async().sendReadOnlyUnordered(message), RatisTarget::found);
        }
        if (command instanceof KvCommand.Scan scan) {
            ByteBuffer limit = ByteBuffer.allocate(4).putInt(scan.limit()).flip();
            Message message = message(scan.range().startInclusive(), limit);
            return told(client.async().sendReadOnlyUnordered(message), RatisTarget::pairs);
        }
        return CompletableFuture.completedFuture(Outcome.notApplied("not asked of Ratis"));
    }

    private static Message message(Key key, ByteBuffer rest) {
        ByteBuffer bytes = ByteBuffer.allocate(2 + key.length() + rest.remaining())
                .putShort((short) key.length())
                .put(key.bytes())
                .put(rest)
                .flip();
        return Message.valueOf(UnsafeByteOperations.unsafeWrap(bytes));
    }

    private static KvResult found(ByteBuffer answer) {
        if (!answer.hasRemaining()) {
            return new KvResult.Found(null);
        }
        answer.get();
        return new KvResult.Found(Value.own(RatisMap.bytes(answer, answer.remaining())));
    }

    private static KvResult pairs(ByteBuffer answer) {
        List<KvResult.Pair> pairs = new ArrayList<>();
        while (answer.hasRemaining()) {
            int keyLength = answer.getShort();
            int valueLength = answer.getInt();
            Key key = Key.own(RatisMap.bytes(answer, keyLength));
            pairs.add(new KvResult.Pair(key, Value.own(RatisMap.bytes(answer, valueLength))));
        }
        return new KvResult.Pairs(pairs, true);
    }

    private static CompletableFuture<Outcome> told(
            CompletableFuture<RaftClientReply> reply, Function<ByteBuffer, KvResult> words) {
        return reply.handle((answer, error) -> {
            if (error != null || !answer.isSuccess()) {
                return Outcome.unknown(String.valueOf(error == null ? answer : error));
            }
            return Outcome.ok(words.apply(answer.getMessage().getContent().asReadOnlyByteBuffer()));
        });
    }
}
