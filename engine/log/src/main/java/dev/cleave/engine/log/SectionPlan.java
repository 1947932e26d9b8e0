package dev.cleave.engine.log;

import dev.cleave.engine.base.EntryLayout;
import dev.cleave.engine.base.Invariant;
import java.nio.ByteBuffer;

/**
 * Checks a section before it is written: a broken promise of its owner must stop the process while the log is still sound. Runs
 * ahead of its {@link GroupLog} by what is encoded but not yet appended.
 */
final class SectionPlan {
    private final GroupLog group;
    private long replicaId;
    private boolean isRemoved;
    private boolean isBroken;
    private long compactIndex;
    private long lastIndex;

    /** The record, by sequence, that holds this group's latest section while it is not appended, and where in it. */
    long recordSequence = -1;

    int recordOffset;

    SectionPlan(GroupLog group) {
        this.group = group;
    }

    /** Starts over from what the log holds, after recovery. */
    void follow() {
        replicaId = group.replicaId;
        isRemoved = !group.isLive && group.lastSegment != 0;
        isBroken = group.isBroken;
        compactIndex = group.compactIndex;
        lastIndex = group.lastIndex();
    }

    /** Whether {@code section} is to be written: not if its replica is removed or replaced. Throws if it breaks a promise. */
    boolean admit(LogWrite.Section section) {
        if (section.replicaId < replicaId || (section.replicaId == replicaId && isRemoved)) {
            return false;
        }
        if (section.replicaId > replicaId || section.isRemoval) {
            replicaId = section.replicaId;
            isRemoved = false;
            isBroken = false;
            compactIndex = 0;
            lastIndex = 0;
        }
        if (section.isRemoval && !section.hasContent()) {
            isRemoved = true;
        }
        isBroken |= section.isBroken;
        if (section.hasReset) {
            compactIndex = section.resetIndex;
            lastIndex = section.resetIndex;
        }
        Invariant.check(!isBroken || section.entries.isEmpty(), "a broken replica takes no entries", group.group);
        for (int i = 0; i < section.entries.size(); i++) {
            admitEntry(section.entries.get(i), i > 0);
        }
        if (section.compactIndex > 0 && !isBroken) {
            Invariant.check(section.compactIndex <= lastIndex, "compaction ends at an entry", group.group, lastIndex);
            compactIndex = Math.max(compactIndex, section.compactIndex);
        }
        return true;
    }

    private void admitEntry(ByteBuffer entry, boolean isFollowing) {
        int start = entry.position();
        long index = EntryLayout.index(entry, start);
        Invariant.check(
                entry.remaining() == EntryLayout.entryBytes(entry, start),
                "one whole entry per buffer",
                group.group,
                index);
        boolean isInPlace = isFollowing ? index == lastIndex + 1 : index > compactIndex && index <= lastIndex + 1;
        if (!isInPlace) {
            throw new IllegalArgumentException(
                    "group " + group.group + ": entry " + index + " does not follow " + lastIndex + " (compacted up to "
                            + compactIndex + "); a log that begins elsewhere than at 1 starts with reset()");
        }
        lastIndex = index;
    }
}
