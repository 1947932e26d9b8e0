package dev.cleave.tests.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.raft.RaftConfig;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What does a sleeping group cost? Prints memory per replica, and the processor time of three hosts per second of virtual time. */
@Tag("long")
class IdleCostTest {
    private static final long SECOND = ManyGroups.SECOND;
    private static final int GROUPS = 10_000;

    @Test
    void tenThousandSleepingGroups() {
        ManyGroups few = new ManyGroups(1, RaftConfig.defaults());
        few.runUntil("sleep", 30 * SECOND, () -> few.areLed() && few.areAsleep());
        double floor = cpuPerSecond(few);
        long before = heapBytes();
        ManyGroups many = new ManyGroups(GROUPS, RaftConfig.defaults());
        many.runUntil("leaders", 60 * SECOND, many::areLed);
        double awake = cpuPerSecond(many);
        many.runUntil("sleep", 120 * SECOND, many::areAsleep);
        // The last alarms of their waking life come and go.
        many.world.runFor(5 * SECOND);
        double asleep = cpuPerSecond(many);
        long bytes = heapBytes() - before;

        System.out.printf(
                Locale.ROOT,
                "idle: %d groups on 3 hosts: %d bytes of heap per sleeping replica (log index and status included); ms of processor"
                        + " time per second, all 3 hosts: %.2f awake, %.3f asleep, %.3f for a single sleeping group%n",
                GROUPS,
                bytes / (3 * GROUPS),
                awake,
                asleep,
                floor);
        assertThat(many.areAsleep()).isTrue();
    }

    private static double cpuPerSecond(ManyGroups groups) {
        long seconds = 5;
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        groups.world.runFor(seconds * SECOND);
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e6 / seconds;
    }

    private static long heapBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
