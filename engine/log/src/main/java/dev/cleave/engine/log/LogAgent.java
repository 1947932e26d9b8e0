package dev.cleave.engine.log;

import dev.cleave.engine.agents.Agent;
import dev.cleave.engine.agents.Inbox;
import dev.cleave.engine.base.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the log: takes all writes that wait, appends them as few records, forces once, then completes them in order. Waiting for the
 * disk is its duty. Whatever append or force throws leaves {@link #doWork}; after that nothing is completed any more.
 */
final class LogAgent implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(LogAgent.class);
    private static final int OPS_PER_TURN = 1024;
    private static final long SPACE_CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long WISH_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NAME_FORCED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Inbox<LogOp> inbox;
    private final Segments segments;
    private final LogIndex index;
    private final Journal journal;
    private final EntryReader reader;
    private final Cleaner cleaner;
    private final Scrub scrub;
    private final LogOptions options;
    private final LogGauges gauges;
    private final List<LogOp> batch = new ArrayList<>();
    /** A write that did not fit the segment whole, and the section it goes on with. */
    private @Nullable LogWrite carried;

    private int carriedSection;
    private long spaceCheckedNanos;
    private long wishedNanos;
    private int spaceCheckedSegment;
    private long forcedNanos;
    /** The opening has found a loss, and nothing says yet that the owner has noted it: it has written nothing. */
    private boolean isLossNews;

    private boolean hasFailed;

    LogAgent(
            Inbox<LogOp> inbox,
            Segments segments,
            LogIndex index,
            Journal journal,
            Scrub scrub,
            LogOptions options,
            LogGauges gauges,
            boolean hasLoss,
            long nowNanos) {
        this.inbox = inbox;
        this.segments = segments;
        this.index = index;
        this.journal = journal;
        this.scrub = scrub;
        this.options = options;
        this.gauges = gauges;
        this.isLossNews = hasLoss;
        reader = new EntryReader(segments);
        cleaner = new Cleaner(segments, index, journal, reader, options);
        forcedNanos = nowNanos;
        checkSpace(nowNanos);
    }

    @Override
    public String role() {
        return "log";
    }

    @Override
    public Turns turns() {
        return Turns.WAITING;
    }

    @Override
    public int doWork(long nowNanos) {
        try {
            return turn(nowNanos);
        } catch (Throwable failure) {
            hasFailed = true;
            throw failure;
        }
    }

    private int turn(long nowNanos) {
        if (isSpaceCheckDue(nowNanos) && (gauges.isDiskFull() || !inbox.isEmpty())) {
            checkSpace(nowNanos);
        }
        int work = 0;
        if (!isLossNews && cleaner.step(nowNanos, bytesTooMany() > 0, scrub.damaged(), !gauges.isOutOfSpace())) {
            work++;
        }
        wish(nowNanos);
        scrub.step(nowNanos);
        if (journal.segment() != spaceCheckedSegment) {
            // A roll has used up the reserve.
            checkSpace(nowNanos);
        }
        gauges.bytesOnDisk(segments.bytesOnDisk());
        // Last, so that nobody waits for the rest who is told of a force.
        int written = gather();
        if (written > 0) {
            commit(nowNanos);
        } else if (work == 0 && journal.hasUnnamedForce() && nowNanos - forcedNanos >= NAME_FORCED_NANOS) {
            nameForced();
        }
        return work + written;
    }

    /** What the log holds beyond its budget; on a full disk at least one segment is too many. */
    private long bytesTooMany() {
        return Math.max(gauges.isDiskFull() ? 1 : 0, segments.bytesOnDisk() - options.diskBytesMax());
    }

    private void wish(long nowNanos) {
        long bytes = bytesTooMany();
        int damaged = scrub.damaged();
        if (bytes <= 0 && damaged == 0 && index.large().isEmpty()) {
            gauges.wishes(Map.of());
        } else if (gauges.wishes().isEmpty() || nowNanos - wishedNanos >= WISH_NANOS) {
            wishedNanos = nowNanos;
            gauges.wishes(cleaner.wishes(bytes, damaged));
        }
    }

    /** Takes in what waits until the batch or the segment is full; one write at least. */
    private int gather() {
        int work = 0;
        while (work < OPS_PER_TURN && (batch.isEmpty() || journal.unforcedBytes() < options.batchBytesMax())) {
            LogOp op = carried != null ? carried : inbox.poll();
            if (op == null) {
                break;
            }
            work++;
            if (op instanceof LogWrite write) {
                isLossNews = false;
                carried = write;
                if (!addSections(write)) {
                    break;
                }
                carried = null;
                batch.add(write);
            } else if (op instanceof LogRead read) {
                serve(read);
            }
        }
        return work;
    }

    /** Adds the sections of a write; false if the segment is full and what it holds must be forced first. */
    private boolean addSections(LogWrite write) {
        List<LogWrite.Section> sections = write.sections();
        while (carriedSection < sections.size()) {
            LogWrite.Section section = sections.get(carriedSection);
            if (section.entryBytes() > options.sectionBytesMax()) {
                sections.remove(carriedSection);
                sections.addAll(carriedSection, section.divided(options.sectionBytesMax()));
                continue;
            }
            if (!journal.hasRoom(journal.bytesMax(section))) {
                if (!journal.isAllForced()) {
                    return false;
                }
                journal.roll();
                Invariant.check(
                        journal.hasRoom(journal.bytesMax(section)), "a section fits a fresh segment", section.group);
            }
            journal.add(section);
            carriedSection++;
        }
        carriedSection = 0;
        return true;
    }

    /** Reads what is asked for as it stands now; answers at once if nothing before it waits for the force. */
    private void serve(LogRead read) {
        journal.flush();
        GroupLog group = index.find(read.group);
        if (group != null && !group.isBroken && group.entries.holds(read.from) && read.toInclusive >= read.from) {
            long last = reader.lastThatFits(group.entries, read.from, read.toInclusive, read.bytesMax);
            read.found(last, reader.read(group.entries, read.from, last));
        }
        if (batch.isEmpty()) {
            read.complete();
        } else {
            batch.add(read);
        }
    }

    private void commit(long nowNanos) {
        if (!journal.isAllForced()) {
            journal.force();
            forcedNanos = nowNanos;
        }
        journal.checkAcknowledgeable();
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).complete();
        }
        batch.clear();
    }

    private void nameForced() {
        if (journal.hasRoom(RecordLayout.HEADER_BYTES + 64)) {
            journal.nameForced();
        }
    }

    private boolean isSpaceCheckDue(long nowNanos) {
        return nowNanos - spaceCheckedNanos >= SPACE_CHECK_NANOS;
    }

    private void checkSpace(long nowNanos) {
        spaceCheckedNanos = nowNanos;
        spaceCheckedSegment = journal.segment();
        boolean isReserved = segments.reserveNext();
        boolean isFull = !isReserved || segments.usableBytes() < options.freeBytesFloor();
        if (isFull != gauges.isDiskFull()) {
            LOG.warn(
                    "log disk {} free={} floor={} reserve={}",
                    isFull ? "is full: new entries are refused" : "has space again",
                    segments.usableBytes(),
                    options.freeBytesFloor(),
                    isReserved);
        }
        gauges.isOutOfSpace(!isReserved);
        gauges.isDiskFull(isFull);
        gauges.bytesOnDisk(segments.bytesOnDisk());
    }

    @Override
    public long nextDeadlineNanos() {
        long spaceCheck = gauges.isDiskFull() ? spaceCheckedNanos + SPACE_CHECK_NANOS : Long.MAX_VALUE;
        boolean canName = journal.hasUnnamedForce() && journal.hasRoom(RecordLayout.HEADER_BYTES + 64);
        long wish = gauges.wishes().isEmpty() ? Long.MAX_VALUE : wishedNanos + WISH_NANOS;
        long name = canName ? forcedNanos + NAME_FORCED_NANOS : Long.MAX_VALUE;
        return Math.min(Math.min(spaceCheck, wish), Math.min(name, scrub.nextDeadlineNanos()));
    }

    /** Completes what was queued before, unless the log has failed, and lets go of the files. */
    @Override
    public void onClose() {
        try {
            while (!hasFailed && (carried != null || !inbox.isEmpty())) {
                doWork(forcedNanos);
            }
            if (!hasFailed) {
                closeInOrder();
            }
        } finally {
            segments.close();
        }
    }

    private void closeInOrder() {
        try {
            if (journal.hasUnnamedForce() && journal.isAllForced()) {
                nameForced();
            }
            journal.force();
            journal.sumUpLast();
        } catch (Throwable failure) {
            hasFailed = true;
            throw failure;
        }
    }
}
