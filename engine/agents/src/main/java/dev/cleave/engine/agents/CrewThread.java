package dev.cleave.engine.agents;

import org.jspecify.annotations.Nullable;

/** A thread that runs whichever agent of its {@link Crew} has something to do. */
final class CrewThread extends Thread {
    private final Crew crew;
    /** Whether somebody has taken it from those who rest; guarded by the crew's lock. */
    boolean isCalled;

    private @Nullable CrewMember running;

    CrewThread(Crew crew, String name) {
        super(name);
        this.crew = crew;
        setDaemon(true);
    }

    @Override
    public void run() {
        for (CrewMember member = crew.take(this); member != null; member = crew.take(this)) {
            running = member;
            member.run();
            running = null;
        }
    }

    boolean isOf(Crew other) {
        return crew.equals(other);
    }

    boolean isRunning(CrewMember member) {
        return member.equals(running);
    }

    /** Whether the turn it is in ends with what it tells others. Only of the current thread. */
    boolean isAboutToLook() {
        return running != null && running.turns != Agent.Turns.LONG;
    }
}
