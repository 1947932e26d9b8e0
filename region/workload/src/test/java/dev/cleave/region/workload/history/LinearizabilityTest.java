package dev.cleave.region.workload.history;

import static dev.cleave.region.workload.history.Told.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
    private static void holds(Told history) {
        Verdict verdict = history.judged();
        assertThat(verdict.kind()).as(verdict.toString()).isEqualTo(Verdict.Kind.LINEARIZABLE);
    }

    private static Verdict breaks(Told history) {
        Verdict verdict = history.judged();
        assertThat(verdict.kind()).as(verdict.toString()).isEqualTo(Verdict.Kind.VIOLATION);
        return verdict;
    }

    @Test
    void anEmptyHistoryIsLinearizable() {
        holds(new Told());
    }

    @Test
    void aReadDuringAWriteMaySeeEitherValue() {
        holds(new Told().put(0, 10, "k", "1").put(20, 50, "k", "2").get(30, 40, "k", "1"));
        holds(new Told().put(0, 10, "k", "1").put(20, 50, "k", "2").get(30, 40, "k", "2"));
    }

    @Test
    void equalStampsOverlap() {
        holds(new Told().put(0, 10, "k", "1").get(10, 20, "k", "-"));
        holds(new Told().put(0, 10, "k", "1").delete(10, 20, "k").get(20, 30, "k", "1"));
    }

    @Test
    void aStaleReadIsFound() {
        breaks(new Told().put(0, 10, "k", "1").put(20, 30, "k", "2").get(40, 50, "k", "1"));
        breaks(new Told().put(0, 10, "k", "1").delete(20, 30, "k").get(40, 50, "k", "1"));
    }

    @Test
    void aReadOfNothingAfterAnAcknowledgedWriteIsFound() {
        breaks(new Told().put(0, 10, "k", "1").get(20, 30, "k", "-"));
        breaks(new Told().put(0, 10, "k", "1").delete(0, 5, "k").get(20, 30, "k", "2"));
    }

    @Test
    void readsThatGoBackInTimeAreFound() {
        breaks(new Told()
                .put(0, 10, "k", "1")
                .put(20, 90, "k", "2")
                .get(30, 40, "k", "2")
                .get(50, 60, "k", "1"));
    }

    @Test
    void twoReadersMustAgreeOnTheOrderOfTwoWrites() {
        breaks(new Told()
                .put(0, 100, "k", "1")
                .put(0, 100, "k", "2")
                .get(110, 120, "k", "1")
                .get(130, 140, "k", "2"));
    }

    @Test
    void aLostUpdateIsFound() {
        breaks(new Told().put(0, 10, "k", "0").casSet(20, 40, "k", "0", "1").casSet(30, 50, "k", "0", "2"));
    }

    @Test
    void aResurrectedDeleteIsFound() {
        breaks(new Told()
                .put(0, 10, "k", "1")
                .delete(20, 30, "k")
                .get(40, 50, "k", "-")
                .get(60, 70, "k", "1"));
    }

    @Test
    void anUnknownWriteMayApplyLateOrNever() {
        Told lost = new Told().put(0, 10, "k", "1").put(20, UNKNOWN, "k", "2").get(30, 40, "k", "1");
        holds(lost);
        holds(lost.get(50, 60, "k", "2"));
        breaks(lost.get(70, 80, "k", "1"));
    }

    @Test
    void anUnknownWriteCannotApplyBeforeItWasSent() {
        breaks(new Told().put(0, 10, "k", "1").get(20, 30, "k", "2").put(40, UNKNOWN, "k", "2"));
    }

    @Test
    void anUnknownDeleteMayApplyOnceOnly() {
        Told once = new Told()
                .put(0, 10, "k", "1")
                .delete(20, UNKNOWN, "k")
                .get(30, 40, "k", "1")
                .get(50, 60, "k", "-");
        holds(once);
        breaks(once.put(70, 80, "k", "2").get(90, 100, "k", "-"));
    }

    @Test
    void twoUnknownDeletesMayApplyTwice() {
        holds(new Told()
                .put(0, 10, "k", "1")
                .delete(20, UNKNOWN, "k")
                .delete(21, UNKNOWN, "k")
                .get(50, 60, "k", "-")
                .put(70, 80, "k", "2")
                .get(90, 100, "k", "-"));
    }

    @Test
    void aDoublyAppliedPutIsFound() {
        breaks(new Told()
                .put(0, UNKNOWN, "k", "1")
                .get(10, 20, "k", "1")
                .put(30, 40, "k", "2")
                .get(50, 60, "k", "1"));
    }

    @Test
    void aDoublyAppliedCompareAndSetIsFound() {
        breaks(new Told()
                .put(0, 10, "k", "a")
                .casSet(20, 30, "k", "a", "b")
                .put(40, 50, "k", "a")
                .get(60, 70, "k", "b"));
    }

    @Test
    void anUnknownCompareAndSetMayOrMayNotHaveChangedTheValue() {
        Told history = new Told().put(0, 10, "k", "a").casSet(20, UNKNOWN, "k", "a", "b");
        holds(history.get(30, 40, "k", "a"));
        holds(history.get(50, 60, "k", "b"));
        breaks(history.get(70, 80, "k", "a"));
    }

    @Test
    void unknownOperationsMayChain() {
        holds(new Told()
                .casSet(0, UNKNOWN, "k", "-", "a")
                .casSet(0, UNKNOWN, "k", "b", "c")
                .casSet(0, UNKNOWN, "k", "a", "b")
                .get(10, 20, "k", "c"));
        breaks(new Told()
                .casSet(0, UNKNOWN, "k", "-", "a")
                .casSet(0, UNKNOWN, "k", "b", "c")
                .get(10, 20, "k", "c"));
    }

    @Test
    void aRefusedCompareAndSetReadsWhatItFound() {
        holds(new Told().put(0, 10, "k", "a").casRefused(20, 30, "k", "b", "c", "a"));
        breaks(new Told().put(0, 10, "k", "a").casRefused(20, 30, "k", "b", "c", "-"));
        breaks(new Told().put(0, 10, "k", "a").casRefused(20, 30, "k", "a", "c", "a"));
    }

    @Test
    void keysAreJudgedAlone() {
        holds(new Told()
                .put(0, 10, "a", "1")
                .put(20, 30, "b", "2")
                .get(40, 50, "a", "1")
                .get(40, 50, "b", "2"));
        Verdict verdict =
                breaks(new Told().put(0, 10, "a", "1").put(0, 10, "b", "2").get(40, 50, "b", "-"));
        assertThat(verdict.text()).contains("key b");
        assertThat(verdict.keys()).isEqualTo(2);
    }

    @Test
    void theStoreMayHoldSomethingAtTheBeginning() {
        Told history = new Told().get(0, 10, "k", "old").put(20, 30, "k", "new");
        Map<Key, Value> initial = Map.of(Key.utf8("k"), Value.utf8("old"));

        assertThat(Linearizability.defaults()
                        .check(history.operations(), initial)
                        .isLinearizable())
                .isTrue();
        breaks(history);
    }

    @Test
    void aBatchWritesEachOfItsKeysWithinItsInterval() {
        KvCommand.Change a = new KvCommand.Change(Key.utf8("a"), Value.utf8("1"));
        KvCommand.Change b = new KvCommand.Change(Key.utf8("b"), Value.utf8("1"));

        holds(new Told()
                .batch(0, 100, a, b)
                .get(10, 20, "a", "1")
                .get(30, 40, "b", "-")
                .get(110, 120, "b", "1"));
        breaks(new Told().batch(0, 100, a, b).get(110, 120, "b", "-"));
        breaks(new Told().batch(0, UNKNOWN, a, b).get(10, 20, "a", "1").get(30, 40, "a", "-"));
    }

    @Test
    void aDeleteOfARangeDeletesEachKeyThatAnybodyNamed() {
        KvCommand range = new KvCommand.DeleteRange(KeyRange.of(Key.utf8("a"), Key.utf8("c")));

        holds(new Told()
                .put(0, 1, "a", "1")
                .put(0, 1, "c", "3")
                .add(2, 3, range, new KvResult.Done())
                .get(4, 5, "a", "-")
                .get(4, 5, "c", "3"));
        breaks(new Told()
                .put(0, 1, "b", "1")
                .add(2, 3, range, new KvResult.Done())
                .get(4, 5, "b", "1"));
        breaks(new Told()
                .put(0, 1, "c", "1")
                .add(2, 3, range, new KvResult.Done())
                .get(4, 5, "c", "-"));
    }

    @Test
    void anUnknownDeleteOfARangeMayHaveReachedSomeOfItsKeys() {
        KvCommand range = new KvCommand.DeleteRange(KeyRange.of(Key.utf8("a"), Key.utf8("c")));

        holds(new Told()
                .put(0, 1, "a", "1")
                .put(0, 1, "b", "2")
                .add(2, Told.UNKNOWN, range, new KvResult.Done())
                .get(4, 5, "a", "-")
                .get(4, 5, "b", "2")
                .get(6, 7, "b", "-"));
    }

    @Test
    void aReadOfManyKeysReadsEachAndSeesWhichAreAbsent() {
        KvCommand both = new KvCommand.BatchGet(List.of(Key.utf8("a"), Key.utf8("b")));
        KvResult onlyA = new KvResult.Pairs(List.of(new KvResult.Pair(Key.utf8("a"), Value.utf8("1"))), true);

        holds(new Told().put(0, 1, "a", "1").add(2, 3, both, onlyA));
        breaks(new Told().put(0, 1, "a", "1").put(0, 1, "b", "2").add(2, 3, both, onlyA));
        breaks(new Told().put(0, 1, "a", "2").add(2, 3, both, onlyA));
    }

    @Test
    void aPutIfAbsentThatWasRefusedSawAValueAndOneThatSucceededSawNone() {
        holds(new Told().casSet(0, 1, "a", "-", "1").casRefused(2, 3, "a", "-", "2", "1"));
        breaks(new Told().casSet(0, 1, "a", "-", "1").casSet(2, 3, "a", "-", "2"));
        holds(new Told().casSet(0, 1, "a", "-", "1").casSet(2, 3, "a", "1", "-").casSet(4, 5, "a", "-", "2"));
    }

    @Test
    void aScanReadsTheKeysItCovers() {
        Told loaded = new Told().put(0, 10, "a", "1").put(0, 10, "b", "2").put(0, 10, "c", "3");
        holds(loaded.scan(20, 30, "a", "z", 10, true, "a=1", "b=2", "c=3"));
        holds(loaded.scan(40, 50, "a", "z", 2, true, "a=1", "b=2"));
        holds(loaded.scan(60, 70, "a", "c", 10, true, "a=1", "b=2"));
    }

    @Test
    void aScanThatLeavesOutAKeyIsFound() {
        Told loaded = new Told().put(0, 10, "a", "1").put(0, 10, "b", "2").put(0, 10, "c", "3");
        assertThat(breaks(loaded.scan(20, 30, "a", "z", 10, true, "a=1", "c=3")).text())
                .contains("key b");
    }

    @Test
    void aScanThatStopsShortOfItsLimitAndSaysItIsCompleteIsFound() {
        breaks(new Told().put(0, 10, "a", "1").put(0, 10, "b", "2").scan(20, 30, "a", "z", 10, true, "a=1"));
        holds(new Told().put(0, 10, "a", "1").put(0, 10, "b", "2").scan(20, 30, "a", "z", 10, false, "a=1"));
    }

    @Test
    void aScanOutOfOrderOrOutOfItsRangeIsFound() {
        Told loaded = new Told().put(0, 10, "a", "1").put(0, 10, "b", "2");
        assertThat(breaks(new Told().scan(0, 1, "a", "z", 10, true, "b=2", "a=1"))
                        .text())
                .contains("out of order");
        assertThat(breaks(new Told().scan(0, 1, "a", "z", 10, true, "b=2", "b=2"))
                        .text())
                .contains("out of order");
        assertThat(breaks(loaded.scan(20, 30, "a", "b", 10, true, "a=1", "b=2")).text())
                .contains("not asked for");
    }

    @Test
    void aScanOverAPhantomIsFound() {
        breaks(new Told().put(0, 10, "a", "1").scan(20, 30, "a", "z", 10, true, "a=1", "ghost=9"));
    }

    @Test
    void theProofNamesTheRegisterAndTheStuckOperation() {
        Verdict verdict =
                breaks(new Told().put(0, 10, "k", "one").delete(20, 30, "k").get(40, 50, "k", "one"));

        assertThat(verdict.text())
                .contains("the register then holds absent")
                .contains("#3 client 3 [40..50] get k -> one");
    }

    @Test
    void theProofOfTheZoneRuleNamesItsWitnesses() {
        Verdict verdict =
                breaks(new Told().put(0, 10, "k", "one").put(20, 30, "k", "two").get(40, 50, "k", "one"));

        assertThat(verdict.text())
                .contains("put k = one")
                .contains("put k = two")
                .contains("get k -> one");
    }

    @Test
    void aBudgetThatIsUsedUpIsNoPass() {
        Told history = new Told().delete(0, 1000, "k");
        for (int i = 0; i < 12; i++) {
            history.casSet(0, 1000, "k", "v" + i, "v" + (i * 7 + 3) % 12);
        }
        history.get(2000, 2001, "k", "never");

        Verdict verdict = new Linearizability(10, 1 << 20, 1000).check(history.operations());

        assertThat(verdict.kind()).isEqualTo(Verdict.Kind.BUDGET_EXCEEDED);
        assertThat(verdict.text()).contains("gave up");
    }

    @Test
    void anIncompleteHistoryIsNoPass() {
        History history = History.bounded(1);
        history.missedSome();

        assertThat(Linearizability.defaults().check(history).kind()).isEqualTo(Verdict.Kind.BUDGET_EXCEEDED);
    }
}
