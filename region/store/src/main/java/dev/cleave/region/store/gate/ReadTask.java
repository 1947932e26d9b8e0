package dev.cleave.region.store.gate;

import dev.cleave.region.replica.LeaseView;
import dev.cleave.region.replica.ReadTicket;
import dev.cleave.region.replica.Refusal;

/** A client's read: waits for its index, unless a lease covers it, then for a read agent, unless memory has what it asks for. */
final class ReadTask implements ReadTicket {
    final Caller caller;
    final long region;
    final Asked asked;
    private final long deadlineNanos;
    private final Refusals refusals;
    private final ReadAgents readers;
    /** What it is read by; none once it goes by read index. */
    LeaseView lease;

    ReadTask(
            Caller caller,
            long region,
            Asked asked,
            long deadlineNanos,
            Refusals refusals,
            ReadAgents readers,
            LeaseView lease) {
        this.caller = caller;
        this.region = region;
        this.asked = asked;
        this.deadlineNanos = deadlineNanos;
        this.refusals = refusals;
        this.readers = readers;
        this.lease = lease;
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void ready(long appliedIndex) {
        readers.ready(this);
    }

    /** Leaves it to a read agent. */
    void queue() {
        if (!readers.offer(this)) {
            refuseBusy();
        }
    }

    void refuseBusy() {
        caller.refuse(refusals.busy(Busy.READS));
    }

    @Override
    public void refused(Refusal why, long leaderReplica, long leaderStore) {
        caller.refuse(refusals.of(why, region, leaderReplica, leaderStore));
    }
}
