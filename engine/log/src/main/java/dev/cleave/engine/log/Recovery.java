package dev.cleave.engine.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the log at opening. Of a segment that was ended in order its summary is enough, for as long as nothing is out of the ordinary; else sound records are
 * taken in by sequence. Where the sequence has a gap, the highest forced sequence named
 * anywhere decides: above it the gap is a torn tail, and nothing from there on was ever acknowledged, so it is cut; at or below
 * it acknowledged records are lost, which is never cut in silence: the groups it may concern are broken, the others go on.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Segments segments;
    private final LogIndex index;
    private final RecordScanner scanner;
    private final List<Head> heads = new ArrayList<>();
    /** Records of a section that goes on: taken in when its last one is there. */
    private final List<Place> parts = new ArrayList<>();

    private final List<Scrub.Claim> unread = new ArrayList<>();

    private SectionChain chain = new SectionChain(0);
    private long highestForced = -1;
    private long logId;
    private int opening;
    private long expected;
    /** Where the last sound record ends, void or not, of the segment looked at last. */
    private long end;

    /** The newest segment that a hole may reach into; 0 if there is none. */
    private int holeSegment;

    private boolean hasHole;
    private boolean isCut;

    Recovery(Segments segments, LogIndex index) {
        this.segments = segments;
        this.index = index;
        scanner = new RecordScanner(segments);
    }

    /** What the first sound record of a segment says. */
    private record Head(int segment, long logId, int opening, long openingSequence, boolean isFirstOfSegment) {}

    private record Place(int segment, int offset, long sequence) {}

    /** Fills the index. What it then holds is on disk. {@code freshLogId} names the log if it is new. */
    RecordStamp run(long freshLogId) {
        findHeads();
        logId = heads.stream()
                .filter(Head::isFirstOfSegment)
                .findFirst()
                .or(() -> heads.stream().findFirst())
                .map(Head::logId)
                .orElse(freshLogId);
        scanner.expect(logId);
        opening = heads.stream().mapToInt(Head::opening).max().orElse(0);
        int[] numbers = segments.list();
        for (int i = 0; i < numbers.length && !isCut; i++) {
            if (!isSummedUp(numbers[i])) {
                scan(numbers[i]);
                if (i < numbers.length - 1) {
                    // It was forced before the next one was begun.
                    sumUp(numbers[i]);
                }
            }
        }
        dropParts();
        segments.force();
        finishGroups();
        if (numbers.length > 0) {
            sumUp(numbers[numbers.length - 1]);
            if (!isCut) {
                segments.trimNewest(end);
            }
        }
        return new RecordStamp(logId, opening + 1, Math.max(1, expected));
    }

    /** Whether acknowledged records are lost; groups created in them may be missing altogether. */
    boolean hasHole() {
        return hasHole;
    }

    /** The newest segment in which, or right before which, such records are missing; 0 if there is none. */
    int holeSegment() {
        return holeSegment;
    }

    /** Segments whose records have not been read, as their summaries told what is in them. */
    List<Scrub.Claim> unread() {
        return List.copyOf(unread);
    }

    private void findHeads() {
        int[] numbers = segments.list();
        boolean isNewest = true;
        for (int i = numbers.length - 1; i >= 0; i--) {
            scanner.start(numbers[i], 0);
            if (scanner.advance()) {
                boolean isFirst = (scanner.flags() & RecordLayout.IS_FIRST) != 0;
                heads.add(
                        0,
                        new Head(numbers[i], scanner.logId(), scanner.opening(), scanner.openingSequence(), isFirst));
                isNewest = false;
            } else if (isNewest) {
                LOG.info("log segment without records dropped segment={}", numbers[i]);
                segments.discardNewest();
            }
        }
        int[] kept = segments.list();
        if (kept.length > 0) {
            chain = new SectionChain(kept[0]);
            boolean isWhole = heads.get(0).segment == kept[0] && heads.get(0).isFirstOfSegment;
            if (!isWhole) {
                noteHole(kept[0], 0, 0);
            }
        }
    }

    /** Whether the segment's summary has taken the place of its records. What it tells was forced before it was made. */
    private boolean isSummedUp(int segment) {
        SummaryReader summary = SummaryReader.of(segments.summary(segment), logId, segment);
        boolean isInOrder = summary != null
                && !hasHole
                && parts.isEmpty()
                && (expected == 0 || summary.firstSequence() == expected)
                && summary.lastSequence() < voidFrom(summary.opening());
        if (summary == null || !isInOrder || !summary.isOf(scanner)) {
            return false;
        }
        end = scanner.offset() + scanner.length();
        summary.replay(index, chain);
        expected = summary.lastSequence() + 1;
        unread.add(new Scrub.Claim(segment, summary.firstSequence(), summary.lastSequence()));
        return true;
    }

    /** Saves the next opening reading a segment again that has been read, and is forced. */
    private void sumUp(int segment) {
        ByteBuffer summary = index.summary().seal(index, logId);
        if (summary != null) {
            segments.keepSummary(segment, summary);
        }
    }

    private void scan(int segment) {
        index.summary().begin(segment);
        if (hasHole) {
            index.summary().giveUp();
        }
        boolean isFirst = true;
        end = 0;
        scanner.start(segment, 0);
        while (scanner.advance()) {
            end = scanner.offset() + scanner.length();
            long sequence = scanner.sequence();
            boolean isVoid = sequence >= voidFrom(scanner.opening()) || (expected > 0 && sequence < expected);
            boolean isGap = expected > 0 && sequence > expected;
            boolean isWithoutHead = isFirst && (scanner.flags() & RecordLayout.IS_FIRST) == 0;
            if (isVoid || isGap || isWithoutHead) {
                index.summary().giveUp();
            }
            if (isVoid) {
                continue;
            }
            if (isGap && !mayPassGap(segment, sequence)) {
                return;
            }
            isFirst = false;
            expected = sequence + 1;
            index.summary().record(scanner.offset(), sequence, scanner.crc(), scanner.opening());
            take(segment);
        }
    }

    /** The first sequence that a later opening has cut off and given out anew. */
    private long voidFrom(int ofOpening) {
        long from = Long.MAX_VALUE;
        for (int i = heads.size() - 1; i >= 0 && heads.get(i).opening > ofOpening; i--) {
            from = Math.min(from, heads.get(i).openingSequence);
        }
        return from;
    }

    /** False if the gap before {@code sequence} is where the torn tail begins. Leaves the scanner where it is. */
    private boolean mayPassGap(int segment, long sequence) {
        int offset = scanner.offset();
        if (highestForced < 0) {
            highestForced = findHighestForced(segment, offset);
            scanner.start(segment, offset);
            scanner.advance();
        }
        long lost = parts.isEmpty() ? expected : parts.get(0).sequence;
        if (lost > highestForced) {
            LOG.warn(
                    "log tail cut sequence={} segment={} offset={} forced={}",
                    expected,
                    segment,
                    offset,
                    highestForced);
            isCut = true;
            return false;
        }
        noteHole(segment, offset, sequence);
        for (Place part : List.copyOf(parts)) {
            apply(part);
        }
        parts.clear();
        scanner.start(segment, offset);
        scanner.advance();
        SectionChain.suspectAll(index);
        return true;
    }

    private void noteHole(int segment, int offset, long sequence) {
        hasHole = true;
        holeSegment = Math.max(holeSegment, segment);
        LOG.error(
                "log is damaged: records lost from={} to={} before segment={} offset={}",
                expected,
                sequence,
                segment,
                offset);
    }

    private long findHighestForced(int fromSegment, int fromOffset) {
        long highest = 0;
        for (int segment : segments.list()) {
            if (segment < fromSegment) {
                continue;
            }
            scanner.start(segment, segment == fromSegment ? fromOffset : 0);
            while (scanner.advance()) {
                highest = Math.max(highest, scanner.forcedSequence());
            }
        }
        return highest;
    }

    private void take(int segment) {
        int offset = scanner.offset();
        if ((scanner.flags() & RecordLayout.GOES_ON) != 0) {
            parts.add(new Place(segment, offset, scanner.sequence()));
            return;
        }
        if (!parts.isEmpty()) {
            for (Place part : List.copyOf(parts)) {
                apply(part);
            }
            parts.clear();
            scanner.start(segment, offset);
            scanner.advance();
        }
        index.apply(scanner.buffer(), scanner.base(), segment, offset, chain);
    }

    private void apply(Place part) {
        scanner.start(part.segment, part.offset);
        if (!scanner.advance() || scanner.offset() != part.offset) {
            throw new IllegalStateException("log segment " + part.segment + " changed while it was read");
        }
        index.apply(scanner.buffer(), scanner.base(), part.segment, part.offset, chain);
    }

    /** Parts whose last one never came were never acknowledged; their sequences are given out anew. */
    private void dropParts() {
        if (!parts.isEmpty()) {
            LOG.warn("log tail cut in mid-section sequence={}", parts.get(0).sequence);
            expected = parts.get(0).sequence;
            parts.clear();
            index.summary().giveUp();
        }
    }

    private void finishGroups() {
        for (GroupLog group : index.sorted()) {
            if (group.isLive && (group.isSuspect || !group.isWhole())) {
                group.breakUp();
                index.repin(group);
            }
            if (group.isBroken) {
                LOG.error(
                        "group is broken: acknowledged records lost group={} replica={}", group.group, group.replicaId);
            }
            group.plan.follow();
        }
    }
}
