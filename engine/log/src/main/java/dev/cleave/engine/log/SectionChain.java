package dev.cleave.engine.log;

/**
 * Follows each group's chain of sections during recovery. A section that does not name the one seen before it has lost something
 * between: its group is broken. After a hole every group is suspect until a section or a vouch shows that its chain goes on.
 */
final class SectionChain implements LogIndex.Chain {
    private final int oldestSegment;
    private boolean hasJustBroken;

    SectionChain(int oldestSegment) {
        this.oldestSegment = oldestSegment;
    }

    @Override
    public boolean link(
            LogIndex index, long id, long replicaId, int previousSegment, int previousOffset, boolean isVouch) {
        boolean isBeforeOldest = previousSegment < oldestSegment;
        GroupLog known = index.find(id);
        hasJustBroken = false;
        if (known == null && isBeforeOldest) {
            return !isVouch;
        }
        GroupLog group = index.findOrAdd(id);
        boolean isNext = isBeforeOldest
                ? group.lastSegment == 0
                : group.lastSegment == previousSegment && group.lastOffset == previousOffset;
        if (isNext) {
            group.isSuspect = false;
        } else {
            hasJustBroken = true;
            group.replicaId = Math.max(group.replicaId, known == null ? replicaId : 0);
            group.breakUp();
            index.repin(group);
        }
        if (isVouch && hasJustBroken) {
            group.lastSegment = previousSegment;
            group.lastOffset = previousOffset;
        }
        return true;
    }

    @Override
    public boolean hasJustBroken() {
        return hasJustBroken;
    }

    /** After a hole: any group may have had a section in it. */
    static void suspectAll(LogIndex index) {
        for (GroupLog group : index.sorted()) {
            group.isSuspect = group.isLive;
        }
    }
}
