package dev.cleave.engine.log;

import dev.cleave.engine.agents.AgentHandle;
import dev.cleave.engine.agents.AgentHost;
import dev.cleave.engine.agents.Inbox;
import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.EntryLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log shared by the Raft groups of a store, over a {@link Segments}. Opening reads what has no summary; a {@link LogAgent} then owns it.
 * A {@link DiskFailure} leaves that agent: its host must end the process.
 */
@AnyThread
public final class SharedLog implements RaftLogStore {
    private static final Logger LOG = LoggerFactory.getLogger(SharedLog.class);

    private final LogOptions options;
    private final Inbox<LogOp> inbox;
    private final List<GroupImage> recovered;
    private final boolean mayHaveLostGroups;
    private final LogGauges gauges;
    private final AgentHandle agent;
    /** Writes the next segment ahead; null if nobody does. */
    private volatile @Nullable AgentHandle ahead;

    private volatile boolean isClosed;

    private SharedLog(
            LogOptions options,
            Inbox<LogOp> inbox,
            List<GroupImage> recovered,
            boolean mayHaveLostGroups,
            LogGauges gauges,
            AgentHandle agent) {
        this.options = options;
        this.inbox = inbox;
        this.recovered = recovered;
        this.mayHaveLostGroups = mayHaveLostGroups;
        this.gauges = gauges;
        this.agent = agent;
    }

    /** Reads the log in {@code segments}, starts a fresh segment and the agent. The log owns {@code segments} from now on. */
    public static SharedLog open(Segments segments, LogOptions options, AgentHost agents, Clock clock) {
        try {
            return opened(new GuardedSegments(segments), options, agents, clock);
        } catch (Throwable failure) {
            segments.close();
            throw failure;
        }
    }

    /** Opens the log of a store over Chronicle Queue in {@code directory}. */
    public static SharedLog openChronicle(Path directory, LogOptions options, AgentHost agents, Clock clock) {
        ChronicleSegments segments = ChronicleSegments.open(directory, options);
        SharedLog log = open(segments, options, agents, clock);
        log.ahead = agents.start(new ReserveAgent(segments.reserve()));
        return log;
    }

    private static SharedLog opened(Segments segments, LogOptions options, AgentHost agents, Clock clock) {
        if (!options.isSynced()) {
            LOG.warn(
                    "log sync is off: a power cut or a crash of the machine LOSES ACKNOWLEDGED WRITES; never compare figures");
        }
        LogIndex index = new LogIndex(options);
        Recovery recovery = new Recovery(segments, index);
        RecordStamp stamp = recovery.run(freshLogId(clock));
        Journal journal = new Journal(segments, index, options, stamp);
        List<GroupImage> images = images(index);
        begin(journal, images);
        Inbox<LogOp> inbox = new Inbox<>(options.queueMax());
        LogGauges gauges = new LogGauges();
        Scrub scrub = new Scrub(segments, recovery.unread(), recovery.holeSegment(), clock.nanos());
        LogAgent agent = new LogAgent(
                inbox, segments, index, journal, scrub, options, gauges, recovery.hasHole(), clock.nanos());
        AgentHandle handle = agents.start(agent);
        inbox.ownedBy(handle);
        return new SharedLog(options, inbox, images, recovery.hasHole(), gauges, handle);
    }

    private static List<GroupImage> images(LogIndex index) {
        List<GroupImage> images = new ArrayList<>();
        for (GroupLog group : index.sorted()) {
            if (group.isLive) {
                images.add(group.image());
            }
        }
        return List.copyOf(images);
    }

    /** Starts the fresh segment and makes it known there which groups are broken, so that this is never forgotten. */
    private static void begin(Journal journal, List<GroupImage> images) {
        journal.roll();
        for (GroupImage image : images) {
            if (image.isBroken()) {
                LogWrite.Section section = new LogWrite.Section(image.group(), image.replicaId()).broken();
                if (!journal.hasRoom(journal.bytesMax(section))) {
                    journal.force();
                    journal.roll();
                }
                journal.add(section);
            }
        }
        journal.force();
    }

    private static long freshLogId(Clock clock) {
        long mixed = (clock.wallMillis() ^ Long.rotateLeft(clock.nanos(), 32)) * 0x9E3779B97F4A7C15L;
        long id = mixed ^ mixed >>> 29;
        return id == 0 ? 1 : id;
    }

    @Override
    public List<GroupImage> recovered() {
        return recovered;
    }

    @Override
    public boolean mayHaveLostGroups() {
        return mayHaveLostGroups;
    }

    @Override
    public boolean write(LogWrite write) {
        for (int i = 0; i < write.sections().size(); i++) {
            check(write.sections().get(i));
        }
        return !isClosed && inbox.offer(write);
    }

    private void check(LogWrite.Section section) {
        for (int i = 0; i < section.entries.size(); i++) {
            ByteBuffer entry = section.entries.get(i);
            require(entry.remaining() >= EntryLayout.HEADER_BYTES, section, "an entry is shorter than its header");
            require(entry.remaining() <= options.entryBytesMax(), section, "an entry is larger than a record takes");
        }
        require(section.mark.length <= options.markBytesMax(), section, "the mark is too large");
    }

    private void require(boolean condition, LogWrite.Section section, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException("group " + section.group + ": " + otherwise + " (entry up to "
                    + options.entryBytesMax() + ", mark up to " + options.markBytesMax() + " bytes)");
        }
    }

    @Override
    public boolean read(long group, long from, long toInclusive, int bytesMax, ReadSink sink) {
        return !isClosed && inbox.offer(new LogRead(group, from, toInclusive, bytesMax, sink));
    }

    @Override
    public int markBytesMax() {
        return options.markBytesMax();
    }

    @Override
    public long bytesOnDisk() {
        return gauges.bytesOnDisk();
    }

    @Override
    public Map<Long, Long> truncationWishes() {
        return gauges.wishes();
    }

    @Override
    public boolean isDiskFull() {
        return gauges.isDiskFull();
    }

    @Override
    public boolean isOutOfSpace() {
        return gauges.isOutOfSpace();
    }

    /** Completes what was queued, forces it and closes the files. */
    @Override
    public void close() {
        isClosed = true;
        AgentHandle writing = ahead;
        if (writing != null) {
            writing.close();
        }
        agent.close();
    }
}
