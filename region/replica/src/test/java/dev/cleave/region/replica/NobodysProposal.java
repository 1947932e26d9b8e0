package dev.cleave.region.replica;

import dev.cleave.region.raft.EntryType;
import java.nio.ByteBuffer;

/** A command for whose outcome nobody waits. */
final class NobodysProposal implements Proposal {
    @Override
    public byte type() {
        return EntryType.COMMAND;
    }

    @Override
    public ByteBuffer payload() {
        return ByteBuffer.allocate(0);
    }

    @Override
    public long deadlineNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public void refused(Refusal why, long leaderReplica, long leaderStore) {}

    @Override
    public void undetermined() {}
}
