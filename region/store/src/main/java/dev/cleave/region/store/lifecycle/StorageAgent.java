package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.agents.Agent;
import dev.cleave.engine.base.OwnedBy;
import java.util.List;

/**
 * Does what may wait for the disk and must not meet each other: steps of replicas' lives, snapshots, flushes for log truncation, looks at sizes. One
 * agent for all of them is what makes it safe to delete a range: nobody exports or installs it meanwhile.
 */
@OwnedBy("storage agent")
public final class StorageAgent implements Agent {
    private static final int STEPS_PER_TURN = 16;

    private final DueSteps steps;
    private final List<StorageDuty> duties;

    public StorageAgent(DueSteps steps, List<StorageDuty> duties) {
        this.steps = steps;
        this.duties = List.copyOf(duties);
    }

    @Override
    public String role() {
        return "storage";
    }

    @Override
    public int doWork(long nowNanos) {
        int work = 0;
        while (work < STEPS_PER_TURN) {
            Runnable step = steps.poll();
            if (step == null) {
                break;
            }
            step.run();
            work++;
        }
        for (StorageDuty duty : duties) {
            work += duty.doWork(nowNanos);
        }
        return work;
    }

    @Override
    public long nextDeadlineNanos() {
        return duties.stream().mapToLong(StorageDuty::nextDeadlineNanos).min().orElse(Long.MAX_VALUE);
    }

    @Override
    public void onClose() {
        duties.forEach(StorageDuty::close);
    }
}
