package dev.cleave.region.store.snapshot;

import dev.cleave.engine.base.OwnedBy;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who may send a snapshot next. Whoever was turned away for want of a slot comes before those who ask later; one that no longer asks loses its
 * place. Without an order, a transfer that is refused each time (a child whose parent is yet to be divided there) could keep out for ever
 * the one that it waits for.
 */
@OwnedBy("storage agent")
final class SendingQueue {
    /** Raft asks again with each heartbeat. */
    private static final long FORGET_NANOS = 2_000_000_000L;

    private final int slots;
    /** When each asked last, in the order in which they asked first. */
    private final Map<SnapshotSender.Target, Long> waiting = new LinkedHashMap<>();

    SendingQueue(int slots) {
        this.slots = slots;
    }

    /** Whether {@code target} may be sent to while {@code active} others are; if not, it waits for its turn. */
    boolean mayBegin(SnapshotSender.Target target, int active, long nowNanos) {
        waiting.values().removeIf(asked -> nowNanos - asked > FORGET_NANOS);
        if (active + ahead(target) >= slots) {
            waiting.put(target, nowNanos);
            return false;
        }
        waiting.remove(target);
        return true;
    }

    private int ahead(SnapshotSender.Target target) {
        int count = 0;
        Iterator<SnapshotSender.Target> each = waiting.keySet().iterator();
        while (each.hasNext() && !each.next().equals(target)) {
            count++;
        }
        return count;
    }
}
