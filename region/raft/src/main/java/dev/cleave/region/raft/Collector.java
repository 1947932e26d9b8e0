package dev.cleave.region.raft;

/** Fills a {@link Ready}: everything the host has to do since the last time, in order. */
final class Collector {
    private final ReplicaState s;
    private final Elections elections;
    private final Replication replication;
    private final Fetching fetching;

    Collector(ReplicaState state, Elections elections, Replication replication, Fetching fetching) {
        s = state;
        this.elections = elections;
        this.replication = replication;
        this.fetching = fetching;
    }

    void collect(Ready out) {
        out.clear();
        elections.hurry();
        if (s.isLeader() && !s.isAsleep) {
            replication.send(out);
            if (!s.reads.isEmpty()) {
                s.reads.release(s.tracker.agreedRound(), out);
            }
        }
        s.outbox.drainTo(out);
        acknowledge(out);
        persist(out);
        apply(out);
        s.install.announce(out);
        out.roleChanged = s.isRoleChanged;
        out.campaign = s.campaign;
        s.campaign = null;
        s.isRoleChanged = false;
        s.isDirty = false;
    }

    /** One acknowledgement for all appends since the last collect; it leaves once what it names is durable (rule 33). */
    private void acknowledge(Ready out) {
        if (s.isAckDue && s.leader != 0) {
            RaftMessage ack = out.addAfterSync();
            ack.type = RaftMessage.Type.APPEND_REPLY;
            ack.from = s.id;
            ack.to = s.leader;
            ack.term = s.term;
            ack.index = s.verified;
        }
        s.isAckDue = false;
    }

    /** Rule 61, and: promises wait for what was handed out earlier and is not durable yet. */
    private void persist(Ready out) {
        long commit = s.log.commit();
        boolean isPromiseNew = s.durability.isNewPromise(s.term, s.vote);
        out.hasHardState = s.durability.isNew(s.term, s.vote, commit);
        out.term = s.term;
        out.vote = s.vote;
        out.commit = commit;
        s.durability.collected(s.term, s.vote, commit);
        if (s.log.writeNext() <= s.log.last()) {
            out.persistFirst = s.log.writeNext();
            out.persistLast = s.log.last();
            s.log.written();
        }
        boolean isBehind = !s.durability.isDurable(s.term, s.vote) || s.log.stable() < s.log.writeNext() - 1;
        out.mustSync = isPromiseNew || out.persistFirst != 0 || (out.afterSyncCount() > 0 && isBehind);
        if (out.mustSync) {
            s.durability.forceBegins(s.now);
            out.markTerm = s.log.writeTerm();
            out.markIndex = s.log.writeNext() - 1;
        }
    }

    /** Only what is committed and durable here; one range at a time; nothing while a snapshot is installed (rule 60). */
    private void apply(Ready out) {
        long last = Math.min(s.log.commit(), s.log.stable());
        if (s.install.isPending() || s.log.handed() > s.log.applied() || last <= s.log.applied()) {
            return;
        }
        long first = s.log.applied() + 1;
        long upTo = s.entries.fit(first, last, s.config.applyBytesMax());
        if (upTo == 0) {
            fetching.want(first, last, out);
            return;
        }
        s.log.handOut(upTo);
        out.applyFirst = first;
        out.applyLast = upTo;
    }
}
