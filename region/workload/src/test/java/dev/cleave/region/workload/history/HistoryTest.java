package dev.cleave.region.workload.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final KvCommand GET = new KvCommand.Get(Key.utf8("k"));
    private static final KvCommand PUT = new KvCommand.Put(Key.utf8("k"), Value.utf8("v\"\\"));

    @Test
    void outcomesDecideWhatStays() {
        History history = History.bounded(100);
        history.ended(history.called(1, PUT, 10), new KvResult.Done(), 20);
        history.notApplied(history.called(1, PUT, 30));
        history.unknown(history.called(1, PUT, 40));
        history.unknown(history.called(2, GET, 50));
        history.called(3, PUT, 60);
        history.called(3, GET, 70);

        assertThat(history.operations()).extracting(Operation::callNanos).containsExactly(10L, 40L, 60L);
        assertThat(history.operations()).extracting(Operation::isUnknown).containsExactly(false, true, true);
    }

    @Test
    void aFullHistoryTakesNoMoreButLetsOthersEnd() {
        History history = History.bounded(2);
        long first = history.called(1, PUT, 1);
        long second = history.called(2, PUT, 1);

        assertThat(history.called(3, PUT, 1)).isZero();
        assertThat(history.isFull()).isTrue();
        history.ended(first, new KvResult.Done(), 2);
        history.notApplied(second);
        assertThat(history.isFull()).isFalse();
        assertThat(history.isComplete()).isTrue();
    }

    @Test
    void anOperationEndsOnce() {
        History history = History.bounded(2);
        long id = history.called(1, PUT, 1);
        history.notApplied(id);

        assertThatThrownBy(() -> history.unknown(id)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyOperationIsWrittenWhenCalledAndWhenEnded() {
        StringBuilder file = new StringBuilder();
        History history = History.writtenTo(file, 100);
        history.ended(history.called(1, PUT, 10), new KvResult.Done(), 20);
        KvCommand cas = new KvCommand.CompareAndSet(Key.utf8("k"), null, Value.own(new byte[] {0}));
        history.ended(history.called(2, cas, 30), new KvResult.Compared(false, Value.utf8("x")), 40);
        KvCommand scan = new KvCommand.Scan(KeyRange.ALL, 5, 100, false, false);
        KvResult.Pair pair = new KvResult.Pair(Key.utf8("a"), Value.utf8("1"));
        history.ended(history.called(3, scan, 50), new KvResult.Pairs(List.of(pair), true), 60);
        history.unknown(history.called(4, GET, 70));

        assertThat(file.toString().split("\n"))
                .containsExactly(
                        "{\"id\":1,\"client\":1,\"what\":\"called\",\"kind\":\"put\",\"key\":\"k\",\"value\":\"v\\\"\\\\\",\"call\":10}",
                        "{\"id\":1,\"client\":1,\"what\":\"ok\",\"kind\":\"put\",\"key\":\"k\",\"value\":\"v\\\"\\\\\",\"call\":10,\"return\":20}",
                        "{\"id\":2,\"client\":2,\"what\":\"called\",\"kind\":\"cas\",\"key\":\"k\",\"expected\":null,\"next\":\"hex:00\",\"call\":30}",
                        "{\"id\":2,\"client\":2,\"what\":\"ok\",\"kind\":\"cas\",\"key\":\"k\",\"expected\":null,\"next\":\"hex:00\",\"isSet\":false,\"held\":\"x\",\"call\":30,\"return\":40}",
                        "{\"id\":3,\"client\":3,\"what\":\"called\",\"kind\":\"scan\",\"key\":\"\",\"end\":\"\",\"limit\":5,\"isReverse\":false,\"call\":50}",
                        "{\"id\":3,\"client\":3,\"what\":\"ok\",\"kind\":\"scan\",\"key\":\"\",\"end\":\"\",\"limit\":5,\"isReverse\":false,\"isComplete\":true,\"pairs\":[[\"a\",\"1\"]],\"call\":50,\"return\":60}",
                        "{\"id\":4,\"client\":4,\"what\":\"called\",\"kind\":\"get\",\"key\":\"k\",\"call\":70}",
                        "{\"id\":4,\"client\":4,\"what\":\"unknown\",\"kind\":\"get\",\"key\":\"k\",\"call\":70}");
    }

    @Test
    void manyThreadsMayRecordAtOnce() throws InterruptedException {
        History history = History.bounded(1_000_000);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int client = i;
            threads.add(new Thread(() -> {
                for (int op = 0; op < 5_000; op++) {
                    history.ended(history.called(client, PUT, op), new KvResult.Done(), op + 1);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(10_000);
        }

        List<Operation> operations = history.operations();
        assertThat(operations).hasSize(20_000);
        assertThat(operations.stream().map(Operation::id).distinct()).hasSize(20_000);
    }
}
