package dev.cleave.tests.simulator;

import dev.cleave.engine.log.GroupImage;
import dev.cleave.engine.log.LogWrite;
import dev.cleave.region.raft.RaftMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one store has made durable and what it has promised to others, over all its lives. Checks that no promise leaves before it is durable, and
 * that a start finds again all that was durable.
 */
final class StoreLedger {
    private final String store;
    private final Referee referee;
    private final LongPredicate isJoint;
    private final Map<Long, DurableLog> groups = new TreeMap<>();
    /** Groups with writes under way when the process ended: what is found of them may be newer than what was acknowledged. */
    private final Map<Long, Integer> underWay = new HashMap<>();
    /** The segment of the log that took a group's last entries. */
    private final Map<Long, Integer> segmentOf = new HashMap<>();
    /** The newest acknowledgement of appends, by replica. */
    private final Map<Long, Ack> acks = new HashMap<>();

    /** Replicas that were destroyed: what they promised before may still be on its way out. */
    private final Set<Long> ended = new HashSet<>();

    /** Bits of the log have turned: groups may be found broken, and those are given up. */
    private boolean hasRotted;

    private record Ack(long term, long index) {}

    /** {@code isJoint} tells whether a group is seen in a joint configuration by its replica on this store. */
    StoreLedger(String store, Referee referee, LongPredicate isJoint) {
        this.store = store;
        this.isJoint = isJoint;
        this.referee = referee;
    }

    void writes(LogWrite write) {
        write.sections().forEach(section -> underWay.merge(section.group(), 1, Integer::sum));
    }

    void refused(LogWrite write) {
        write.sections().forEach(section -> underWay.merge(section.group(), -1, Integer::sum));
    }

    /** A write has been forced: nothing on that disk may be volatile now. */
    void forced(LogWrite write, boolean isDiskForced, int segment) {
        require(isDiskForced, () -> "the log acknowledges a write that is not forced");
        refused(write);
        write.sections().forEach(section -> take(section, segment));
    }

    private void take(LogWrite.Section section, int segment) {
        LogWrite.View view = section.view();
        DurableLog log = groups.get(section.group());
        if (view.isRemoval()) {
            groups.remove(section.group());
            ended.add(section.replicaId());
            return;
        }
        if (log == null || section.replicaId() > log.replicaId) {
            log = new DurableLog(section.replicaId());
            groups.put(section.group(), log);
            referee.keeps(log);
        }
        if (section.replicaId() < log.replicaId) {
            return;
        }
        hardState(section, view, log);
        if (log.take(view)) {
            referee.count("log-conflict-truncated");
            if (segmentOf.getOrDefault(section.group(), segment) != segment) {
                referee.count("log-conflict-truncated-across-a-roll");
            }
        }
        if (!view.entries().isEmpty()) {
            segmentOf.put(section.group(), segment);
        }
        referee.knowsCommitted(section.group(), log.commit());
        view.entries().forEach(entry -> referee.held(section.group(), section.replicaId(), entry));
        if (view.hasReset()) {
            referee.heldUpTo(section.group(), section.replicaId(), view.resetIndex());
        }
    }

    private void hardState(LogWrite.Section section, LogWrite.View view, DurableLog before) {
        if (!view.hasHardState()) {
            return;
        }
        String who = "region " + section.group() + " replica " + section.replicaId();
        require(
                view.term() >= before.term(),
                () -> "the term of " + who + " falls from " + before.term() + " to " + view.term());
        require(
                view.commit() >= before.commit(),
                () -> "the commit index of " + who + " falls from " + before.commit() + " to " + view.commit());
        require(
                view.term() > before.term() || before.vote() == 0 || before.vote() == view.votedFor(),
                () -> who + " changes its vote in term " + view.term() + " from " + before.vote() + " to "
                        + view.votedFor());
    }

    /** The store starts: everything that was durable must be there. */
    void restarted(List<GroupImage> images) {
        Set<Long> found = new HashSet<>();
        for (GroupImage image : images) {
            found.add(image.group());
            if (hasRotted && image.isBroken()) {
                referee.count("group-broken-by-rot");
                groups.remove(image.group());
                ended.add(image.replicaId());
                continue;
            }
            DurableLog now = DurableLog.of(image);
            check(image, now, groups.get(image.group()));
            groups.put(image.group(), now);
            referee.keeps(now);
            // What was found is forced before anything else happens.
            now.entries().forEach((index, term) -> referee.held(image.group(), image.replicaId(), index, term));
        }
        groups.entrySet().removeIf(each -> {
            boolean isGone = !found.contains(each.getKey());
            if (isGone && hasRotted) {
                referee.count("group-lost-by-rot");
                ended.add(each.getValue().replicaId);
            }
            require(
                    !isGone || hasRotted || isUnderWay(each.getKey()),
                    () -> "the log of region " + each.getKey() + " is gone after a restart: " + each.getValue());
            return isGone;
        });
        underWay.clear();
    }

    /** From now on acknowledged records may be found damaged. */
    void rots() {
        hasRotted = true;
    }

    boolean hasRotted() {
        return hasRotted;
    }

    private void check(GroupImage image, DurableLog now, @Nullable DurableLog before) {
        require(!image.isBroken(), () -> "the log of region " + image.group() + " is broken after a restart: " + now);
        if (before == null || now.replicaId != before.replicaId) {
            require(isUnderWay(image.group()), () -> "a log appears from nowhere: region " + image.group() + " " + now);
            return;
        }
        if (!isUnderWay(image.group())) {
            require(
                    now.isSameAs(before),
                    () -> "the log of region " + image.group() + " was " + before + " and is found as " + now);
            return;
        }
        boolean isVoteKept = now.term() > before.term()
                || (now.term() == before.term() && (before.vote() == 0 || before.vote() == now.vote()));
        Ack ack = acks.get(now.replicaId);
        boolean isAckKept = ack == null || now.term() > ack.term || now.last() >= ack.index;
        require(
                isVoteKept && isAckKept,
                () -> "region " + image.group() + ": durable was " + before + ", acknowledged " + ack + ", found is "
                        + now);
    }

    /** Whether the log has durably forgotten this replica. */
    boolean hasEnded(long replica) {
        return ended.contains(replica);
    }

    private boolean isUnderWay(long group) {
        return underWay.getOrDefault(group, 0) > 0;
    }

    /** A raft message leaves the store: what it promises must be durable. True for the first of a new leader. */
    boolean sends(long group, RaftMessage message) {
        switch (message.type) {
            case VOTE -> vote(group, message, message.from);
            case VOTE_REPLY -> {
                if (!message.reject) {
                    vote(group, message, message.to);
                }
            }
            case APPEND_REPLY -> {
                if (!message.reject) {
                    acknowledges(group, message);
                }
            }
            case APPEND, HEARTBEAT -> {
                boolean isNew = referee.leads(group, message.term, message.from);
                DurableLog log = groups.get(group);
                if (log != null && log.replicaId == message.from) {
                    if (isNew) {
                        vote(group, message, message.from);
                        referee.isComplete(group, message.term, log);
                    }
                    referee.tellsCommitted(group, message.commit, message.term, log);
                }
                if (isNew && isJoint.test(group)) {
                    referee.count("leader-elected-while-joint");
                }
                return isNew;
            }
            default -> {}
        }
        return false;
    }

    private void vote(long group, RaftMessage message, long candidate) {
        referee.voted(group, message.from, message.term, candidate);
        DurableLog log = groups.get(group);
        if (ended.contains(message.from) || (log != null && log.replicaId > message.from)) {
            return;
        }
        boolean isDurable = log != null
                && log.replicaId == message.from
                && (log.term() > message.term || (log.term() == message.term && log.vote() == candidate));
        require(
                isDurable,
                () -> "a vote of region " + group + " replica " + message.from + " for " + candidate + " in term "
                        + message.term + " leaves before it is durable; durable is " + log);
    }

    private void acknowledges(long group, RaftMessage message) {
        DurableLog log = groups.get(group);
        if (ended.contains(message.from) || (log != null && log.replicaId > message.from)) {
            return;
        }
        boolean isDurable = log != null
                && (log.term() > message.term || (log.term() == message.term && log.last() >= message.index));
        require(
                isDurable,
                () -> "an acknowledgement of region " + group + " replica " + message.from + " of " + message.index
                        + " in term " + message.term + " leaves before it is durable; durable is " + log);
        if (log != null) {
            referee.matches(group, message.term, message.index, log);
        }
        acks.merge(
                message.from,
                new Ack(message.term, message.index),
                (old, next) -> next.term > old.term || (next.term == old.term && next.index > old.index) ? next : old);
    }

    /** Entries up to {@code index} take effect here: they must be durable here. */
    void applies(long group, long index, long term) {
        DurableLog log = groups.get(group);
        require(
                log != null && log.holds(index, term),
                () -> "region " + group + " applies index " + index + " of term " + term
                        + ", which its own log does not hold durably: " + log);
    }

    /** Entries up to {@code index} have taken effect here. */
    void hasApplied(long group, long index) {
        DurableLog log = groups.get(group);
        if (log != null) {
            referee.confirms(group, log, index);
        }
    }

    /**
     * The range or the peers of a region change with the entry at {@code index}: that it is committed must be durable first. So it is where a step of the
     * replica's life is marked: a snapshot whose intent is forced is installed by the next start, too, whatever the log holds beside it.
     */
    void changes(long group, long index, long term) {
        DurableLog log = groups.get(group);
        require(
                log == null || log.termAt(index) != term || log.commit() >= index || log.hasMark(),
                () -> "region " + group + " changes at index " + index
                        + " before its log durably knows that this is committed; durable is " + log);
    }

    private void require(boolean holds, Supplier<String> what) {
        if (!holds) {
            throw new Violation(store + ": " + what.get());
        }
    }
}
