package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingChangesTest {
    private static final EpochUse WRITE = new EpochUse(true, false, false, false);
    private static final EpochUse SPLIT = new EpochUse(true, true, true, false);
    private static final EpochUse CHANGE_PEERS = new EpochUse(false, true, false, true);

    private final PendingChanges changes = new PendingChanges();
    private final List<String> heard = new ArrayList<>();

    /** What waits for what, as a table: the row is under way, the column is proposed. */
    @Test
    void scenario34_aProposalWaitsIfAChangeUnderWayMovesWhatItIsCheckedAgainst() {
        StringBuilder table = new StringBuilder();
        for (EpochUse pending : List.of(WRITE, SPLIT, CHANGE_PEERS)) {
            for (EpochUse next : List.of(EpochUse.NONE, WRITE, SPLIT, CHANGE_PEERS)) {
                PendingChanges one = new PendingChanges();
                one.appended(10, pending);
                table.append(one.keepsWaiting(new Told("", next, Long.MAX_VALUE)) ? 'w' : '-');
            }
            table.append('\n');
        }

        assertThat(table.toString()).isEqualTo("----\n-ww-\n--ww\n");
    }

    @Test
    void scenario34_whoWaitsIsRefusedOnceTheChangeIsApplied() {
        changes.appended(10, CHANGE_PEERS);
        changes.appended(12, SPLIT);
        assertThat(changes.keepsWaiting(told("split", SPLIT))).isTrue();
        assertThat(changes.keepsWaiting(told("write", WRITE))).isTrue();

        changes.applied(9);
        assertThat(heard).isEmpty();
        changes.applied(10);
        assertThat(heard).containsExactly("split EPOCH_CHANGED");
        changes.applied(12);

        assertThat(heard).containsExactly("split EPOCH_CHANGED", "write EPOCH_CHANGED");
        assertThat(changes.keepsWaiting(told("later", WRITE))).isFalse();
    }

    @Test
    void whoLosesTheLeadershipRefusesAllThatWait() {
        changes.appended(10, SPLIT);
        changes.keepsWaiting(told("write", WRITE));

        changes.giveUp(Refusal.NOT_LEADER, 7, 3);

        assertThat(heard).containsExactly("write NOT_LEADER");
        assertThat(changes.isEmpty()).isTrue();
    }

    @Test
    void nobodyWaitsPastItsDeadlineAndNotMoreThanFit() {
        changes.appended(10, SPLIT);
        changes.keepsWaiting(new Told("late", WRITE, 100));
        for (int i = 1; i < PendingChanges.WAITING_MAX; i++) {
            changes.keepsWaiting(new Told("many", WRITE, 200));
        }
        assertThat(changes.keepsWaiting(told("one too many", WRITE))).isTrue();
        assertThat(heard).containsExactly("one too many BUSY");

        changes.expire(100);

        assertThat(heard).containsExactly("one too many BUSY", "late TIMED_OUT");
    }

    private Told told(String name, EpochUse use) {
        return new Told(name, use, Long.MAX_VALUE);
    }

    private final class Told implements Proposal {
        private final String name;
        private final EpochUse use;
        private final long deadlineNanos;

        Told(String name, EpochUse use, long deadlineNanos) {
            this.name = name;
            this.use = use;
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public byte type() {
            return 0;
        }

        @Override
        public ByteBuffer payload() {
            return ByteBuffer.allocate(0);
        }

        @Override
        public EpochUse epochUse() {
            return use;
        }

        @Override
        public long deadlineNanos() {
            return deadlineNanos;
        }

        @Override
        public void refused(Refusal why, long leaderReplica, long leaderStore) {
            heard.add(name + " " + why);
        }

        @Override
        public void undetermined() {
            heard.add(name + " undetermined");
        }
    }
}
