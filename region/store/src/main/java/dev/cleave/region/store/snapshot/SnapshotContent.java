package dev.cleave.region.store.snapshot;

import dev.cleave.engine.kv.RangeFiles;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionLayout;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import dev.cleave.region.store.state.DataKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot is: a region's descriptor at an exact index, and its data, in files or (a small region's) here. In layouts:
 *
 * <pre>
 * region (RegionLayout), u64 index, u64 term, text prefix, u32 count, count × { u64 bytes, u32 crc32c, u64 keys }
 * </pre>
 *
 * The files are named {@code prefix-0}, {@code prefix-1} and so on. Pairs, if there are any, follow where the layout says so.
 *
 * @param pairs all data, and then there are no files; null if the files hold them
 */
public record SnapshotContent(
        Region region,
        long index,
        long term,
        String prefix,
        List<RangeFiles.Info> files,
        @Nullable SnapshotPairs pairs) {
    private static final int FILES_MAX = 4096;

    public SnapshotContent {
        files = List.copyOf(files);
        if (pairs != null && !files.isEmpty()) {
            throw new IllegalArgumentException("a snapshot has its data in files or in itself, not in both");
        }
    }

    public static SnapshotContent ofFiles(
            Region region, long index, long term, String prefix, List<RangeFiles.Info> files) {
        return new SnapshotContent(region, index, term, prefix, files, null);
    }

    SnapshotContent with(SnapshotPairs inline) {
        return new SnapshotContent(region, index, term, prefix, List.of(), inline);
    }

    public long bytes() {
        return pairs == null ? fileBytes() : pairs.bytes();
    }

    long fileBytes() {
        return files.stream().mapToLong(RangeFiles.Info::bytes).sum();
    }

    public List<String> names() {
        return files.stream().map(RangeFiles.Info::name).toList();
    }

    /** The same content in files of another name. */
    SnapshotContent renamed(String toPrefix) {
        List<RangeFiles.Info> renamed = new ArrayList<>();
        for (RangeFiles.Info file : files) {
            renamed.add(new RangeFiles.Info(toPrefix + "-" + renamed.size(), file.bytes(), file.crc32c(), file.keys()));
        }
        return new SnapshotContent(region, index, term, toPrefix, renamed, pairs);
    }

    /** The same content under the longest name that a receiver may give its files: it takes no more room anywhere. */
    public SnapshotContent atItsLongest() {
        return renamed(SnapshotFiles.LONGEST_PREFIX);
    }

    /** All but the pairs. */
    public void write(WireWriter to) {
        RegionLayout.write(to, region);
        to.u64(index).u64(term).text(prefix).u32(files.size());
        files.forEach(file -> to.u64(file.bytes()).u32(file.crc32c()).u64(file.keys()));
    }

    /** A content whose pairs follow it. */
    public static SnapshotContent readWithPairs(WireReader from) {
        SnapshotContent content = read(from);
        if (!content.files.isEmpty()) {
            throw new MalformedFrame("a snapshot has its data in files or in itself, not in both");
        }
        return content.with(
                SnapshotPairs.read(from, DataKeys.toData(content.region().range())));
    }

    public static SnapshotContent read(WireReader from) {
        Region region = RegionLayout.read(from);
        long index = from.u64("index");
        long term = from.u64("term");
        String prefix = from.text("prefix");
        List<RangeFiles.Info> files = new ArrayList<>();
        from.list(FILES_MAX, 20, "files", item -> {
            long bytes = item.u64("bytes");
            int crc = item.i32("checksum");
            RangeFiles.Info info = new RangeFiles.Info(prefix + "-" + files.size(), bytes, crc, item.u64("keys"));
            files.add(info);
            return info;
        });
        return ofFiles(region, index, term, prefix, files);
    }
}
