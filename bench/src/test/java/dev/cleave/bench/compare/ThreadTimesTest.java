package dev.cleave.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreadTimesTest {
    @Test
    void aThreadsNameTellsItsDutyEvenWhereTheKernelCutsItOff() {
        assertThat(ThreadTimes.duty("agents-12\n")).startsWith("agents");
        assertThat(ThreadTimes.duty("store-wire-5-1\n")).isEqualTo("network");
        assertThat(ThreadTimes.duty("rocksdb:high\n")).isEqualTo("flushes and compactions");
        assertThat(ThreadTimes.duty("C2 CompilerThre\n")).isEqualTo("the JVM's compiler");
        assertThat(ThreadTimes.duty("main/disk~space\n")).isEqualTo("others of the JVM");
    }

    @Test
    void everyThreadOfThisProcessHasOneOfTheDutiesOfTheTable() throws Exception {
        ThreadTimes now = ThreadTimes.of(ProcessHandle.current().pid());

        assertThat(now.nanos().keySet()).containsExactlyElementsOf(ThreadTimes.duties());
        assertThat(now.sum()).isPositive();
        assertThat(now.since(now).sum()).isZero();
    }

    @Test
    void whatThreadsUsedIsDividedAsTheirServersFigureSays() {
        ThreadTimes leader = new ThreadTimes(Map.of("network", 300L));
        ThreadTimes follower = new ThreadTimes(Map.of("network", 100L));
        ThreadTimes driver = new ThreadTimes(Map.of("others of the JVM", 100L));
        Spent spent = new Spent(
                64,
                new Figures(32_000, 1, 2, 3, 4, 50, 6, 0, ""),
                List.of("", ""),
                List.of(
                        "cleave_raft_commit_duration_seconds_bucket{le=\"+Inf\"} 5\ncleave_agent_cpu_seconds_total{agent=\"log\"} 1.0E-7\n",
                        "cleave_agent_cpu_seconds_total{agent=\"log\"} 5.0E-8\n"),
                Map.of("store1", leader, "store2", follower, "pd", driver));

        assertThat(spent.meanMillis()).isEqualTo(2);
        assertThat(spent.leader()).isZero();
        assertThat(spent.storesMicros("network")).isEqualTo(40);
        assertThat(spent.leaderMicros("network")).isEqualTo(30);
        assertThat(spent.microsOf("pd")).isEqualTo(10);
        assertThat(spent.agentMicros("log\"")).isEqualTo(15);
        assertThat(spent.agentMicros("log\"", 1)).isEqualTo(5);
    }
}
