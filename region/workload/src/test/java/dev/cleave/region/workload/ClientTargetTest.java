package dev.cleave.region.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.protocol.KvCommand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against a client whose placement driver is not there: what the store itself answers is tried in the tests room. */
@Timeout(60)
class ClientTargetTest {
    private static final Key KEY = Key.utf8("k");
    private static final Value VALUE = Value.utf8("v");

    static List<KvCommand> commands() {
        return List.of(
                new KvCommand.Get(KEY),
                new KvCommand.Put(KEY, VALUE),
                new KvCommand.Delete(KEY),
                new KvCommand.CompareAndSet(KEY, null, VALUE),
                new KvCommand.Scan(KeyRange.ALL, 10, 1000, false, false),
                new KvCommand.BatchGet(List.of(KEY)),
                new KvCommand.DeleteRange(KeyRange.ALL),
                new KvCommand.Batch(List.of(new KvCommand.Change(KEY, VALUE))),
                new KvCommand.Batch(List.of(new KvCommand.Change(KEY, null))),
                new KvCommand.Put(Key.EMPTY, VALUE));
    }

    private static Outcome ask(KvCommand command) throws Exception {
        try (CleaveClient client = CleaveClient.builder()
                .pd("127.0.0.1:1")
                .callDeadline(Duration.ofMillis(200))
                .build()) {
            return new ClientTarget(client).ask(command).get(10, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void whatWasNeverSentWasNotApplied(KvCommand command) throws Exception {
        assertThat(ask(command)).isInstanceOf(Outcome.NotApplied.class);
    }

    @Test
    void aMixedBatchIsRefusedInWords() throws Exception {
        KvCommand mixed =
                new KvCommand.Batch(List.of(new KvCommand.Change(KEY, VALUE), new KvCommand.Change(KEY.next(), null)));

        String why = ask(mixed).match(ok -> "", not -> not, unknown -> "");

        assertThat(why).contains("send two");
    }
}
