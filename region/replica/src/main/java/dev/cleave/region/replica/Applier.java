package dev.cleave.region.replica;

import dev.cleave.engine.agents.Agent;
import dev.cleave.engine.agents.Inbox;
import dev.cleave.engine.base.EntryLayout;
import dev.cleave.engine.base.OwnedBy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Hands committed entries of all groups to the state machine, many groups to one engine write. May block in the engine. */
@OwnedBy("apply agent")
final class Applier implements Agent {
    private static final int TASKS_PER_TURN = 256;

    private final StateMachine stateMachine;
    private final Inbox<Runnable> inbox;
    private final Consumer<List<ApplyTask>> done;
    private List<ApplyTask> applied = new ArrayList<>();

    Applier(StateMachine stateMachine, Inbox<Runnable> inbox, Consumer<List<ApplyTask>> done) {
        this.stateMachine = stateMachine;
        this.inbox = inbox;
        this.done = done;
    }

    @Override
    public String role() {
        return "apply";
    }

    @Override
    public Turns turns() {
        return Turns.WAITING;
    }

    @Override
    public int doWork(long nowNanos) {
        int tasks = inbox.drain(Runnable::run, TASKS_PER_TURN);
        if (!applied.isEmpty()) {
            stateMachine.endTurn();
            List<ApplyTask> finished = applied;
            applied = new ArrayList<>();
            done.accept(finished);
        }
        return tasks;
    }

    /** Runs on the apply agent, from its inbox. */
    void apply(ApplyTask task) {
        for (int i = 0; i < task.entries.size(); i++) {
            ByteBuffer entry = task.entries.get(i);
            long index = EntryLayout.index(entry, 0);
            GroupChange change = stateMachine.apply(
                    task.group.id,
                    index,
                    EntryLayout.term(entry, 0),
                    EntryLayout.type(entry, 0),
                    EntryLayout.payload(entry, 0),
                    task.mine[i]);
            if (change != null) {
                task.changes.add(new ApplyTask.Change(index, change));
            }
        }
        applied.add(task);
    }
}
