package dev.cleave.engine.log;

import static dev.cleave.engine.log.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.agents.Agent;
import dev.cleave.engine.agents.AgentHandle;
import dev.cleave.engine.agents.AgentHost;
import dev.cleave.engine.agents.SystemClock;
import dev.cleave.engine.agents.ThreadAgentHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log as a store runs it: Chronicle Queue, an agent on a thread, several owners of groups. */
@Timeout(60)
final class SharedLogThreadsTest {
    @TempDir
    Path directory;

    private final SystemClock clock = new SystemClock();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private ThreadAgentHost host() {
        return new ThreadAgentHost(clock, (role, cause) -> failure.compareAndSet(null, cause));
    }

    @Test
    void manyOwnersWriteAtOnceAndNothingIsLostByAnOrderlyClose() throws Exception {
        int owners = 4;
        int each = 1500;
        CountDownLatch forced = new CountDownLatch(owners * each);
        try (ThreadAgentHost host = host();
                SharedLog log = SharedLog.openChronicle(directory, LogOptions.defaults(), host, clock)) {
            List<Thread> threads = new ArrayList<>();
            for (int owner = 1; owner <= owners; owner++) {
                long group = owner;
                Thread thread = new Thread(() -> write(log, group, each, forced));
                threads.add(thread);
                thread.start();
            }
            assertThat(forced.await(40, TimeUnit.SECONDS)).isTrue();
            for (Thread thread : threads) {
                thread.join();
            }
            CountDownLatch read = new CountDownLatch(1);
            assertThat(log.read(3, each, each, 100, (group, from, last, entries) -> {
                        if (last == each) {
                            read.countDown();
                        }
                    }))
                    .isTrue();
            assertThat(read.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(failure.get()).isNull();

        try (ThreadAgentHost host = host();
                SharedLog log = SharedLog.openChronicle(directory, LogOptions.defaults(), host, clock)) {
            assertThat(log.recovered())
                    .hasSize(owners)
                    .allMatch(image -> image.lastIndex() == each && !image.isBroken());
        }
    }

    /** Without it all is right, and slower. */
    @Test
    void theLogOfAStoreHasItsNextSegmentWrittenAheadUntilItIsClosed() {
        List<Agent> agents = new ArrayList<>();
        List<String> closed = new ArrayList<>();
        SharedLog log = SharedLog.openChronicle(directory, LogOptions.small(), starting(agents, closed), clock);

        assertThat(agents).extracting(Agent::role).containsExactly("log", "log-reserve");
        assertThat(agents.get(1).doWork(clock.nanos())).as("zeros written").isOne();
        log.close();

        assertThat(closed).as("nothing is written once the files are closed").containsExactly("log-reserve", "log");
    }

    /** Starts agents on no thread. */
    private static AgentHost starting(List<Agent> agents, List<String> closed) {
        return new AgentHost() {
            @Override
            public AgentHandle start(Agent agent) {
                agents.add(agent);
                return new AgentHandle() {
                    @Override
                    public void wake() {}

                    @Override
                    public void close() {
                        closed.add(agent.role());
                        agent.onClose();
                    }
                };
            }

            @Override
            public void close() {}
        };
    }

    private static void write(SharedLog log, long group, int each, CountDownLatch forced) {
        for (int index = 1; index <= each; index++) {
            LogWrite write = new LogWrite(done -> forced.countDown());
            write.section(group, 1).entry(entry(index, 1, "entry " + index)).hardState(1, group, index);
            while (!log.write(write)) {
                Thread.onSpinWait();
            }
        }
    }
}
