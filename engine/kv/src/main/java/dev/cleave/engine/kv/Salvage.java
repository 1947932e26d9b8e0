package dev.cleave.engine.kv;

import dev.cleave.engine.base.KeyRange;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.rocksdb.RocksDBException;

/**
 * Takes an engine with a damaged table apart and puts together what can be read. A damaged block cannot just be left: every compaction that
 * meets it fails, and with it every write of the store.
 *
 * <ol>
 *   <li>Each {@link Holding} is read whole, checksums included, into range files; one that cannot be is lost, and leaves no file.
 *   <li>The plan, which names files and losses, is forced. From here on a start goes forward only.
 *   <li>DATA is removed as a whole, tables unread, and made anew.
 *   <li>The files are taken in; META gets a mark for each loss; all is flushed.
 *   <li>Plan and suspicion are removed.
 * </ol>
 *
 * META must be readable. Nobody else has the engine open. Each step may be repeated after a crash.
 */
public final class Salvage {
    private static final String PREFIX = "salvage-";
    private static final String PLAN = "salvage.plan";
    private static final String FILE = "file ";
    private static final String LOST = "lost ";
    private static final String END = "end";
    private static final long FILE_BYTES_MAX = 64L << 20;

    private final Path directory;
    private final RocksOptions options;
    private final Suspicion suspicion;
    private final Path plan;

    /**
     * What belongs together and is kept or lost as a whole.
     *
     * @param lostMark the META key that says that it is lost
     * @param isReplaceable whether it exists elsewhere: what does not is never given up
     */
    public record Holding(String name, KeyRange dataRange, MetaKey lostMark, boolean isReplaceable) {}

    /** A key of META, by its bytes. */
    public record MetaKey(String hex) {
        public static MetaKey of(byte[] key) {
            return new MetaKey(HexFormat.of().formatHex(key));
        }

        byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }
    }

    Salvage(Path directory, RocksOptions options) {
        this.directory = directory;
        this.options = options;
        suspicion = new Suspicion(directory);
        plan = directory.resolve(PLAN);
    }

    /** Whether damage was found when the engine was last open, or salvaging it has been cut short. */
    public static boolean isDue(Path directory) {
        return new Suspicion(directory).isNoted() || Files.exists(directory.resolve(PLAN));
    }

    /**
     * Salvages the engine in {@code directory}; returns the names of what is lost.
     *
     * @param holdings everything that is worth keeping, as its META tells
     * @param mark the value of the mark of a loss
     * @throws EngineFailure if something is damaged that cannot be replaced, or META is, or the disk fails; nothing is changed then
     */
    public static List<String> run(
            Path directory, RocksOptions options, Function<KvEngine, List<Holding>> holdings, byte[] mark) {
        Salvage salvage = new Salvage(directory, options);
        try {
            List<String> lost = Files.exists(salvage.plan) ? List.of() : salvage.examine(holdings);
            salvage.dropData();
            salvage.takeIn(mark);
            salvage.close();
            return lost;
        } catch (IOException | RocksDBException failed) {
            throw new EngineFailure("cannot salvage the engine in " + directory + ": " + failed.getMessage(), failed);
        }
    }

    List<String> examine(Function<KvEngine, List<Holding>> holdings) throws IOException {
        List<String> lines = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        try (RocksStore engine = RocksStore.openLeniently(directory, options);
                KvSnapshot snapshot = engine.snapshot()) {
            engine.rangeFiles().delete(PREFIX);
            for (Holding holding : holdings.apply(engine)) {
                String prefix = PREFIX + lines.size();
                try {
                    engine.rangeFiles()
                            .export(snapshot, holding.dataRange(), prefix, FILE_BYTES_MAX)
                            .forEach(file -> lines.add(FILE + file.name()));
                } catch (EngineFailure unreadable) {
                    lines.add(LOST + giveUp(holding, unreadable).hex());
                    lost.add(holding.name());
                    engine.rangeFiles().delete(prefix + "-");
                }
            }
        }
        lines.add(END);
        Path fresh = directory.resolve(PLAN + ".new");
        Files.write(fresh, lines, StandardCharsets.US_ASCII);
        force(fresh);
        Files.move(fresh, plan, StandardCopyOption.ATOMIC_MOVE);
        force(directory);
        return lost;
    }

    private static MetaKey giveUp(Holding holding, EngineFailure unreadable) {
        if (!unreadable.isDamage()) {
            throw unreadable;
        }
        if (!holding.isReplaceable()) {
            throw new EngineFailure(
                    holding.name()
                            + " is damaged and exists nowhere else; nothing was changed: restore it from a backup ("
                            + unreadable.getMessage() + ")",
                    unreadable);
        }
        return holding.lostMark();
    }

    void dropData() throws RocksDBException {
        NativeLibrary.load(options.libraryDirectory());
        try (RocksHandles handles = RocksHandles.open(directory, options, false)) {
            handles.dropData();
        }
    }

    void takeIn(byte[] mark) throws IOException {
        List<String> lines = Files.readAllLines(plan, StandardCharsets.US_ASCII);
        if (lines.isEmpty() || !lines.get(lines.size() - 1).equals(END)) {
            throw new EngineFailure(plan + " is not whole; nobody but this program may write there");
        }
        try (RocksStore engine = RocksStore.open(directory, options)) {
            List<Path> files = new ArrayList<>();
            KvBatch marks = engine.newBatch();
            for (String line : lines) {
                if (line.startsWith(FILE)) {
                    files.add(engine.rangeFile(line.substring(FILE.length())));
                } else if (line.startsWith(LOST)) {
                    marks.put(KvEngine.Family.META, new MetaKey(line.substring(LOST.length())).bytes(), mark);
                }
            }
            engine.takeIn(files);
            engine.write(marks);
            engine.flush();
        }
    }

    /** Files that are left over are swept like any whose story has ended. */
    void close() throws IOException {
        suspicion.clear();
        Files.deleteIfExists(plan);
        force(directory);
    }

    private static void force(Path path) throws IOException {
        boolean isDirectory = Files.isDirectory(path);
        try (FileChannel channel =
                FileChannel.open(path, isDirectory ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
