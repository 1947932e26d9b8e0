package dev.cleave.region.store.snapshot;

import dev.cleave.engine.kv.RangeFiles;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionLayout;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What a snapshot is: a region's descriptor at an exact index, and the files with its data. In layouts:
 *
 * <pre>
 * region (RegionLayout), u64 index, u64 term, text prefix, u32 count, count × { u64 bytes, u32 crc32c, u64 keys }
 * </pre>
 *
 * The files are named {@code prefix-0}, {@code prefix-1} and so on.
 */
public record SnapshotContent(Region region, long index, long term, String prefix, List<RangeFiles.Info> files) {
    private static final int FILES_MAX = 4096;

    public SnapshotContent {
        files = List.copyOf(files);
    }

    public long bytes() {
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
        return new SnapshotContent(region, index, term, toPrefix, renamed);
    }

    public void write(WireWriter to) {
        RegionLayout.write(to, region);
        to.u64(index).u64(term).text(prefix).u32(files.size());
        files.forEach(file -> to.u64(file.bytes()).u32(file.crc32c()).u64(file.keys()));
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
        return new SnapshotContent(region, index, term, prefix, files);
    }
}
