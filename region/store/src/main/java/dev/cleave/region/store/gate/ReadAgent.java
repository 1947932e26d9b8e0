package dev.cleave.region.store.gate;

import dev.cleave.engine.agents.Agent;
import dev.cleave.engine.agents.Inbox;
import dev.cleave.engine.base.OwnedBy;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Reads the engine for clients; may block on its disk. Between two reads it lets fences pass. */
@OwnedBy("read agent")
final class ReadAgent implements Agent {
    private static final int READS_PER_TURN = 64;

    private final int number;
    private final ReadGate gate;
    private final Inbox<ReadTask> inbox;
    /** At most one per replica that is about to lose its data. */
    private final Queue<Runnable> fences = new ConcurrentLinkedQueue<>();

    ReadAgent(int number, ReadGate gate, int queuedMax) {
        this.number = number;
        this.gate = gate;
        this.inbox = new Inbox<>(queuedMax);
    }

    Inbox<ReadTask> inbox() {
        return inbox;
    }

    void fence(Runnable passed) {
        fences.add(passed);
        inbox.wake();
    }

    @Override
    public String role() {
        return "read-" + number;
    }

    @Override
    public Turns turns() {
        return Turns.WAITING;
    }

    @Override
    public int doWork(long nowNanos) {
        int work = 0;
        for (Runnable fence = fences.poll(); fence != null; fence = fences.poll()) {
            fence.run();
            work++;
        }
        return work + inbox.drain(task -> gate.serve(task, nowNanos), READS_PER_TURN);
    }

    @Override
    public void onClose() {
        inbox.drain(gate::stopping, Integer.MAX_VALUE);
    }
}
