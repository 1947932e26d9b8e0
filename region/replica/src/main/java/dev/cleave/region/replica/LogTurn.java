package dev.cleave.region.replica;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.log.LogWrite;
import dev.cleave.region.raft.Raft;
import dev.cleave.region.replica.transport.Outbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What one turn of the replica agent writes to the log, and what may only happen once that is forced. */
@OwnedBy("replica agent")
final class LogTurn {
    final LogWrite write;
    /** Votes and acknowledgements that the force covers. */
    final Outbox afterForce = new Outbox();

    private final Map<Long, LogWrite.Section> sections = new TreeMap<>();
    private final List<Mark> marks = new ArrayList<>();
    private final List<Runnable> then = new ArrayList<>(0);

    LogTurn(Consumer<LogTurn> forced) {
        write = new LogWrite(ignored -> forced.accept(this));
    }

    LogWrite.Section section(Group group) {
        return section(group.id, group.replicaId);
    }

    LogWrite.Section section(long group, long replicaId) {
        return sections.computeIfAbsent(group, id -> write.section(id, replicaId));
    }

    boolean hasSection(long group) {
        return sections.containsKey(group);
    }

    /** Writes the group's hard state as it is now. */
    void hardState(Group group) {
        Raft raft = group.raft;
        section(group).hardState(raft.term(), raft.vote(), group.knownCommit());
    }

    void mark(Group group, long markTerm, long markIndex) {
        Raft raft = group.raft;
        marks.add(new Mark(group, true, markTerm, markIndex, raft.term(), raft.vote(), raft.commit()));
    }

    /** As {@link #mark}, for a hard state that was written only so that its commit index is forced. */
    void commitMark(Group group) {
        marks.add(new Mark(group, false, 0, 0, 0, 0, group.raft.commit()));
    }

    void then(Runnable action) {
        then.add(action);
    }

    boolean isEmpty() {
        return write.isEmpty() && afterForce.isEmpty() && then.isEmpty();
    }

    List<Mark> marks() {
        return marks;
    }

    void runThen() {
        then.forEach(Runnable::run);
    }

    /** Up to where a group is durable once this turn is forced. */
    record Mark(
            Group group, boolean isOfRaft, long markTerm, long markIndex, long hardTerm, long hardVote, long commit) {}
}
