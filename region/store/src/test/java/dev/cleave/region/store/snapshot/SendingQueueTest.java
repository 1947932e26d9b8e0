package dev.cleave.region.store.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SendingQueueTest {
    private static final long MILLI = 1_000_000L;
    private static final SnapshotSender.Target CHILD = new SnapshotSender.Target(1006, 1009);
    private static final SnapshotSender.Target PARENT = new SnapshotSender.Target(1, 7);
    private static final SnapshotSender.Target OTHER = new SnapshotSender.Target(9, 11);

    private final SendingQueue queue = new SendingQueue(1);

    /** The child is refused until its parent is divided, which may take the parent's snapshot. Simulator seed 1106, 30 s. */
    @Test
    void whoWasTurnedAwayComesBeforeWhoTriesAgain() {
        assertThat(queue.mayBegin(CHILD, 0, 0)).isTrue();
        assertThat(queue.mayBegin(PARENT, 1, 0)).isFalse();

        assertThat(queue.mayBegin(CHILD, 0, 300 * MILLI)).isFalse();
        assertThat(queue.mayBegin(PARENT, 0, 300 * MILLI)).isTrue();
        assertThat(queue.mayBegin(CHILD, 1, 600 * MILLI)).isFalse();
        assertThat(queue.mayBegin(CHILD, 0, 900 * MILLI)).isTrue();
    }

    @Test
    void whoNoLongerAsksLosesItsPlace() {
        assertThat(queue.mayBegin(PARENT, 1, 0)).isFalse();

        assertThat(queue.mayBegin(CHILD, 0, 1_900 * MILLI)).isFalse();
        assertThat(queue.mayBegin(CHILD, 0, 2_100 * MILLI)).isTrue();
    }

    @Test
    void withRoomForAllNobodyWaits() {
        SendingQueue wide = new SendingQueue(3);
        assertThat(wide.mayBegin(OTHER, 3, 0)).isFalse();

        assertThat(wide.mayBegin(CHILD, 0, 0)).isTrue();
        assertThat(wide.mayBegin(PARENT, 1, 0)).isTrue();
        assertThat(wide.mayBegin(OTHER, 2, 0)).isTrue();
    }
}
