package dev.cleave.engine.log;

import dev.cleave.engine.base.Invariant;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the log short: deletes segments, strictly oldest first, that no group needs, and, when the log is over its budget, rewrites
 * at its end the groups that pin the oldest one. A segment that is mostly alive is left alone: whoever owns those entries compacts
 * them. Owned by the log agent.
 */
final class Cleaner {
    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);
    private static final int GROUPS_PER_STEP = 256;

    private final Segments segments;
    private final LogIndex index;
    private final Journal journal;
    private final EntryReader reader;
    private final LogOptions options;
    private final Deque<GroupLog> pinning = new ArrayDeque<>();
    private int rewriting;
    /** The current segment when the oldest was found mostly alive: it is looked at again after the next roll. */
    private int givenUpAt;

    Cleaner(Segments segments, LogIndex index, Journal journal, EntryReader reader, LogOptions options) {
        this.segments = segments;
        this.index = index;
        this.journal = journal;
        this.reader = reader;
        this.options = options;
    }

    /**
     * Does one bounded step and returns whether there was one to do. Everything appended must be forced. {@code mayRoll} says that the next segment has
     * its space: without it, cleaning must not use up what is left of the current one.
     */
    boolean step(boolean isOverBudget, boolean mayRoll) {
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
        return isOverBudget && mayRewrite && givenUpAt != journal.segment() && rewriteSome(oldest);
    }

    private boolean rewriteSome(int oldest) {
        if (rewriting != oldest && !choose(oldest)) {
            givenUpAt = journal.segment();
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

    /** Lists the groups that pin {@code oldest}, unless rewriting them would free too little. */
    private boolean choose(int oldest) {
        long bytes = 0;
        pinning.clear();
        for (GroupLog group : index.sorted()) {
            if (group.pinned == oldest) {
                pinning.add(group);
                bytes += imageBytes(group, oldest);
            }
        }
        if (bytes > options.rollBytes() / 2) {
            LOG.warn(
                    "log over budget, oldest segment is mostly alive segment={} groups={} bytes={}",
                    oldest,
                    pinning.size(),
                    bytes);
            pinning.clear();
            return false;
        }
        rewriting = oldest;
        return true;
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
