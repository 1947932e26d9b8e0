package dev.cleave.tests.simulator;

import dev.cleave.engine.log.GroupImage;
import dev.cleave.engine.log.LogWrite;
import dev.cleave.engine.log.RaftLogStore;
import dev.cleave.engine.log.SimulatedDisk;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A log whose acknowledged writes are noted, and checked to be on the platter, before anybody hears of them. */
final class WatchedLog implements RaftLogStore {
    private final RaftLogStore log;
    private final SimulatedDisk disk;
    private final StoreLedger ledger;
    private final Moments moments;
    private final Supplier<Map<Long, Long>> compactions;

    /** {@code compactions} are wished for beside the log's own wishes. */
    WatchedLog(
            RaftLogStore log,
            SimulatedDisk disk,
            StoreLedger ledger,
            Moments moments,
            Supplier<Map<Long, Long>> compactions) {
        this.compactions = compactions;
        this.log = log;
        this.disk = disk;
        this.ledger = ledger;
        this.moments = moments;
        if (disk.hasUnforced()) {
            throw new Violation("a start counts what it read in the log before that is forced");
        }
        ledger.restarted(log.recovered());
    }

    @Override
    public List<GroupImage> recovered() {
        return log.recovered();
    }

    @Override
    public boolean write(LogWrite write) {
        LogWrite watched = new LogWrite(ignored -> {
            ledger.forced(write, !disk.hasUnforced(), newest(disk));
            moments.come(hasMark(write) ? "mark-forced" : "write-forced");
            write.complete();
        });
        watched.sections().addAll(write.sections());
        moments.come("write-asked");
        ledger.writes(write);
        boolean isTaken = log.write(watched);
        if (!isTaken) {
            ledger.refused(write);
        }
        return isTaken;
    }

    private static int newest(SimulatedDisk disk) {
        int[] segments = disk.segments();
        return segments[segments.length - 1];
    }

    private static boolean hasMark(LogWrite write) {
        return write.sections().stream()
                .map(LogWrite.Section::view)
                .anyMatch(view -> view.hasMark() || view.isRemoval() || view.hasReset());
    }

    @Override
    public boolean read(long group, long from, long toInclusive, int bytesMax, ReadSink sink) {
        return log.read(group, from, toInclusive, bytesMax, sink);
    }

    @Override
    public int markBytesMax() {
        return log.markBytesMax();
    }

    @Override
    public long bytesOnDisk() {
        return log.bytesOnDisk();
    }

    @Override
    public Map<Long, Long> truncationWishes() {
        Map<Long, Long> wishes = new TreeMap<>(log.truncationWishes());
        wishes.putAll(compactions.get());
        return wishes;
    }

    @Override
    public boolean mayHaveLostGroups() {
        return log.mayHaveLostGroups();
    }

    @Override
    public boolean isDiskFull() {
        return log.isDiskFull();
    }

    @Override
    public boolean isOutOfSpace() {
        return log.isOutOfSpace();
    }

    @Override
    public void close() {
        log.close();
    }
}
