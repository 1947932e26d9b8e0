package dev.cleave.region.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The bytes of each layout are frozen: a difference means that old and new nodes no longer understand each other. */
class GoldenBytesTest {
    @Test
    void layoutsAreWhatTheyHaveAlwaysBeen() throws IOException {
        assertThat(current()).isEqualTo(golden());
    }

    @Test
    void orderOfEnumsOnTheWireIsFrozen() {
        assertThat(names(PeerRole.values())).isEqualTo("VOTER LEARNER INCOMING_VOTER DEMOTING_VOTER");
        assertThat(names(KvError.Kind.values()))
                .isEqualTo("NOT_LEADER STALE_EPOCH REGION_NOT_FOUND KEY_NOT_IN_REGION BUSY TIMED_OUT UNDETERMINED "
                        + "DISK_FULL INVALID");
        assertThat(names(StoreInfo.State.values())).isEqualTo("UP DISCONNECTED DOWN DRAINING REMOVED");
        assertThat(names(OperatorView.State.values())).isEqualTo("RUNNING DONE CANCELLED FAILED");
        assertThat(names(CheckedReplica.Standing.values())).isEqualTo("AGREES DIFFERS SILENT");
        assertThat(names(PdReply.Kind.values())).isEqualTo("INVALID NOT_FOUND UNSAFE UNAVAILABLE");
    }

    private static String current() {
        StringBuilder text = new StringBuilder();
        Samples.commands()
                .forEach(command -> line(text, command, Samples.hex(KvCodec.encodeRequest(Samples.request(command)))));
        Samples.replies()
                .forEach(reply -> line(
                        text,
                        reply.error() == null ? reply.result() : reply.error(),
                        Samples.hex(KvCodec.encodeReply(reply))));
        Samples.questions()
                .forEach(question -> line(text, question, Samples.hex(PdCodec.encodeRequest(258, 5000, question))));
        Samples.answers().forEach(answer -> line(text, answer, Samples.hex(PdCodec.encodeReply(258, answer))));
        return text.toString();
    }

    private static void line(StringBuilder text, Object what, String hex) {
        text.append(what.getClass().getSimpleName()).append(' ').append(hex).append('\n');
    }

    private static String golden() throws IOException {
        try (InputStream file = GoldenBytesTest.class.getResourceAsStream("golden.txt")) {
            return file == null ? "" : new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).collect(Collectors.joining(" "));
    }
}
