package dev.cleave.engine.agents;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Runs agents on daemon threads, as many as there are agents; which thread runs which agent changes from turn to turn ({@link Crew}). An idle agent
 * runs when it is woken or its deadline has come, at least once a second; nothing spins. An agent that fails stops; {@link FailureListener} is told once.
 */
@AnyThread
public final class ThreadAgentHost implements AgentHost {
    private final Clock clock;
    private final FailureListener failures;
    private final TurnTimes times;
    private final Crew crew;
    private final Deque<CrewMember> started = new ArrayDeque<>();
    private int threadsStarted;
    private boolean isClosed;

    public ThreadAgentHost(Clock clock, FailureListener failures) {
        this(clock, failures, TurnTimes.NONE);
    }

    public ThreadAgentHost(Clock clock, FailureListener failures, TurnTimes times) {
        this.clock = clock;
        this.failures = failures;
        this.times = times;
        crew = new Crew(clock);
    }

    @Override
    public synchronized AgentHandle start(Agent agent) {
        if (isClosed) {
            throw new IllegalStateException("agent host is closed: " + agent.role() + " cannot be started");
        }
        started.removeIf(CrewMember::hasEnded);
        CrewMember member = new CrewMember(agent, crew, clock, failures, times);
        started.push(member);
        crew.join(member);
        threadsStarted++;
        new CrewThread(crew, "agents-" + threadsStarted).start();
        return member;
    }

    @Override
    public void close() {
        for (CrewMember member : latestFirst()) {
            member.close();
        }
    }

    private synchronized List<CrewMember> latestFirst() {
        isClosed = true;
        List<CrewMember> latestFirst = new ArrayList<>(started);
        started.clear();
        return latestFirst;
    }
}
