package dev.cleave.engine.log;

import dev.cleave.engine.base.Invariant;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the log short: deletes segments, strictly oldest first, that no group needs, and, when the log is over its budget or a segment is damaged, rewrites
 * at its end the groups that pin the oldest one. A segment that is mostly alive is left alone: whoever owns those entries compacts
 * them. Owned by the log agent.
 */
final class Cleaner {
    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);
    private static final int GROUPS_PER_STEP = 256;
    private static final long AGAIN_NANOS = 1_000_000_000L;

    private final Segments segments;
    private final LogIndex index;
    private final Journal journal;
    private final EntryReader reader;
    private final LogOptions options;
    private final Deque<GroupLog> pinning = new ArrayDeque<>();
    private int rewriting;
    /** When to look again at an oldest segment that was found mostly alive. */
    private long againNanos;

    private boolean hasGivenUp;

    Cleaner(Segments segments, LogIndex index, Journal journal, EntryReader reader, LogOptions options) {
        this.segments = segments;
        this.index = index;
        this.journal = journal;
        this.reader = reader;
        this.options = options;
    }

    /**
     * Does one bounded step and returns whether there was one to do. Everything appended must be forced. Segments up to {@code damaged} must go, whatever the
     * budget says, and no entry of theirs is copied. {@code mayRoll} says that the next segment has its space: without it, cleaning must not use up what is left of
     * the current one.
     */
    boolean step(long nowNanos, boolean isOverBudget, int damaged, boolean mayRoll) {
        int oldest = segments.oldest();
        if (oldest == journal.segment()) {
            return false;
        }
        if (index.pins(oldest) == 0) {
            index.dropSegment(oldest);
            segments.deleteOldest();
            return true;
        }
        boolean mayRewrite = mayRoll || journal.hasRoom(options.segmentBytes() / 2);
        boolean isWorthATry = !hasGivenUp || nowNanos - againNanos >= 0;
        boolean mustGo = isOverBudget || oldest <= damaged;
        return mustGo && mayRewrite && isWorthATry && rewriteSome(oldest, damaged, nowNanos);
    }

    private boolean rewriteSome(int oldest, int damaged, long nowNanos) {
        hasGivenUp = rewriting != oldest && !choose(oldest, damaged);
        if (hasGivenUp) {
            againNanos = nowNanos + AGAIN_NANOS;
            return false;
        }
        int bytes = 0;
        for (int i = 0; i < GROUPS_PER_STEP && bytes < options.recordBytesMax() && !pinning.isEmpty(); i++) {
            GroupLog group = pinning.poll();
            if (group.pinned == oldest) {
                bytes += rewrite(group, oldest);
            }
        }
        journal.force();
        if (pinning.isEmpty()) {
            rewriting = 0;
            Invariant.check(index.pins(oldest) == 0, "rewritten groups let go of the oldest segment", oldest);
        }
        return true;
    }

    /** Lists the groups that pin {@code oldest}, unless rewriting them would free too little or copy entries that may be damaged. */
    private boolean choose(int oldest, int damaged) {
        long bytes = 0;
        boolean mayBeDamaged = false;
        pinning.clear();
        for (GroupLog group : index.sorted()) {
            if (group.pinned == oldest) {
                pinning.add(group);
                bytes += imageBytes(group, oldest);
                mayBeDamaged |= needsImage(group, oldest) && group.entries.lastIn(damaged) >= 0;
            }
        }
        if (bytes > options.rollBytes() / 2 || mayBeDamaged) {
            LOG.info(
                    "oldest log segment stays until its owners compact segment={} groups={} bytes={} damaged={}",
                    oldest,
                    pinning.size(),
                    bytes,
                    mayBeDamaged);
            pinning.clear();
            return false;
        }
        rewriting = oldest;
        return true;
    }

    /**
     * What must go for {@code bytes} less on disk, for segments up to {@code damaged} to go, and for no group to have more than its share: by group, the index up to which its entries lie in segments
     * that are too many. Only their owner can say whether they are needed.
     */
    Map<Long, Long> wishes(long bytes, int damaged) {
        Map<Long, Long> wishes = new TreeMap<>();
        int freed = bytes > 0 ? Math.max(damaged, lastOf(bytes)) : damaged;
        if (freed > 0) {
            wishForSegments(freed, wishes);
        }
        for (GroupLog group : index.large()) {
            long last = group.entries.lastAbove(options.groupBytesMax());
            if (group.isLive && last >= 0) {
                wishes.merge(group.group, last, Math::max);
            }
        }
        return Collections.unmodifiableMap(wishes);
    }

    /** The last of the oldest segments that hold {@code bytes}. */
    private int lastOf(long bytes) {
        int[] numbers = segments.list();
        long count = (bytes + options.segmentBytes() - 1) / options.segmentBytes();
        return numbers[(int) Math.max(0, Math.min(count, numbers.length - 1L) - 1)];
    }

    private void wishForSegments(int freed, Map<Long, Long> wishes) {
        for (GroupLog group : index.sorted()) {
            if (group.isLive && group.pinned != 0 && group.pinned <= freed) {
                long last = group.entries.lastIn(freed);
                if (last >= 0) {
                    wishes.put(group.group, last);
                }
            }
        }
    }

    /** Whether rewriting its state is not enough: its entries begin in {@code oldest}, or a reset to 0, which no compaction says. */
    private static boolean needsImage(GroupLog group, int oldest) {
        boolean beginsThere = !group.entries.isEmpty() && group.entries.segment(group.entries.first()) == oldest;
        return !group.isBroken && (beginsThere || (group.compactIndex == 0 && group.baseSegment == oldest));
    }

    private long imageBytes(GroupLog group, int oldest) {
        long bytes = journal.bytesMax(0, group.mark.length);
        if (needsImage(group, oldest) && !group.entries.isEmpty()) {
            for (long i = group.entries.first(); i <= group.entries.last(); i++) {
                bytes += group.entries.length(i);
            }
        }
        return bytes;
    }

    private int rewrite(GroupLog group, int oldest) {
        LogWrite.Section section = new LogWrite.Section(group.group, group.replicaId);
        if (needsImage(group, oldest)) {
            section.remove().reset(group.compactIndex, group.compactTerm);
            addEntries(group, section);
        } else if (group.isBroken) {
            section.remove().reset(group.compactIndex, group.compactTerm).broken();
        } else if (group.compactIndex > 0) {
            section.compact(group.compactIndex, group.compactTerm);
        }
        if (group.hasHardState) {
            section.hardState(group.term, group.votedFor, group.commit);
        }
        if (group.mark.length > 0) {
            section.mark(group.mark);
        }
        int bytes = journal.bytesMax(section);
        if (!journal.hasRoom(bytes)) {
            journal.force();
            journal.roll();
        }
        journal.add(section);
        return bytes;
    }

    private void addEntries(GroupLog group, LogWrite.Section section) {
        if (group.entries.isEmpty()) {
            return;
        }
        ByteBuffer entries = reader.read(group.entries, group.entries.first(), group.entries.last());
        int at = 0;
        for (long i = group.entries.first(); i <= group.entries.last(); i++) {
            int length = group.entries.length(i);
            section.entry(entries.slice(at, length).order(entries.order()));
            at += length;
        }
    }
}
