package dev.cleave.region.workload.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Histories of the size that a run leaves behind: one hot key, thousands of operations. */
@Timeout(30)
class CheckerAtSizeTest {
    @Test
    void aHotKeyOfReadsAndUniquePutsIsJudgedWhole() {
        RandomHistories.Kinds kinds = new RandomHistories.Kinds(false, false, true, 2);
        List<Operation> history = new RandomHistories(1).fromRegister(50_000, 16, kinds);

        Verdict good = Linearizability.defaults().check(history);
        Verdict bad = Linearizability.defaults().check(withOneStaleRead(history));

        assertThat(good.isLinearizable()).as(good.toString()).isTrue();
        assertThat(good.operations()).isEqualTo(50_000);
        assertThat(bad.kind()).isEqualTo(Verdict.Kind.VIOLATION);
    }

    @Test
    void aHotKeyOfEverythingIsJudgedWhole() {
        RandomHistories.Kinds kinds = new RandomHistories.Kinds(true, true, true, 1);
        List<Operation> history = new RandomHistories(2).fromRegister(5_000, 8, kinds);

        Verdict good = Linearizability.defaults().check(history);
        Verdict bad = Linearizability.defaults().check(withOneStaleRead(history));

        assertThat(good.isLinearizable()).as(good.toString()).isTrue();
        assertThat(bad.kind()).as(bad.toString()).isEqualTo(Verdict.Kind.VIOLATION);
    }

    @Test
    void manyUnknownDeletesDoNotExhaustTheSearch() {
        Told history = new Told().put(0, 10, "k", "first");
        for (int i = 0; i < 40; i++) {
            history.delete(20 + i, Told.UNKNOWN, "k");
        }
        for (int i = 0; i < 200; i++) {
            long at = 1_000 + i * 100L;
            history.put(at, at + 10, "k", "v" + i);
            history.get(at + 20, at + 30, "k", i % 5 == 0 ? "-" : "v" + i);
        }

        Verdict forty = Linearizability.defaults().check(history.operations());
        assertThat(forty.isLinearizable()).as(forty.toString()).isTrue();

        history.put(100_000, 100_010, "k", "last");
        history.get(100_020, 100_030, "k", "-");
        Verdict enough = Linearizability.defaults().check(history.operations());
        assertThat(enough.kind()).as(enough.kind().toString()).isEqualTo(Verdict.Kind.VIOLATION);
    }

    /** The last read answers what the first one that found something did. */
    private static List<Operation> withOneStaleRead(List<Operation> history) {
        List<Operation> stale = new ArrayList<>(history);
        KvResult first = stale.stream()
                .map(Operation::result)
                .filter(result -> result instanceof KvResult.Found found && found.value() != null)
                .findFirst()
                .orElseThrow();
        for (int i = stale.size() - 1; ; i--) {
            Operation it = stale.get(i);
            if (it.result() instanceof KvResult.Found found && !found.equals(first)) {
                stale.set(
                        i,
                        new Operation(
                                it.id(),
                                it.client(),
                                new KvCommand.Get(Key.utf8("k")),
                                it.callNanos(),
                                it.returnNanos(),
                                first));
                return stale;
            }
        }
    }

    @Test
    void aScanOfManyKeysMultipliesWithinABound() {
        Told history = new Told();
        String[] pairs = new String[500];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = "k" + (1000 + i) + "=v";
            history.add(i, i + 1, new KvCommand.Put(Key.utf8("k" + (1000 + i)), Value.utf8("v")), new KvResult.Done());
        }
        for (int i = 0; i < 100; i++) {
            history.scan(1000 + i, 1001 + i, "k", "l", 1000, true, pairs);
        }

        Verdict whole = Linearizability.defaults().check(history.operations());
        Verdict bounded = new Linearizability(1_000_000, 1 << 20, 10_000).check(history.operations());

        assertThat(whole.isLinearizable()).as(whole.toString()).isTrue();
        assertThat(whole.operations()).isEqualTo(50_500);
        assertThat(bounded.kind()).isEqualTo(Verdict.Kind.BUDGET_EXCEEDED);
    }
}
