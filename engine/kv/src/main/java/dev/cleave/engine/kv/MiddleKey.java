package dev.cleave.engine.kv;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;

/**
 * Finds the key at which half of a range's bytes lie below. A range of up to 32 MiB is read through; of a larger one, file borders and
 * estimated sizes tell which stretch holds the middle, and only that stretch (about a file) is read. Used once; the caller is
 * counted in.
 */
final class MiddleKey {
    private static final long READ_THROUGH_BYTES_MAX = 32 << 20;
    private static final int BORDERS_MAX = 1024;

    private final RocksHandles handles;
    private final KeyRange range;

    MiddleKey(RocksHandles handles, KeyRange range) {
        this.handles = handles;
        this.range = range;
    }

    Optional<Key> find() throws RocksDBException {
        return find(READ_THROUGH_BYTES_MAX);
    }

    Optional<Key> find(long readThroughBytesMax) throws RocksDBException {
        Stretch stretch = new Stretch(range, 0.5);
        if (sizes(List.of(range))[0] > readThroughBytesMax) {
            stretch = stretchWithTheMiddle();
        }
        try (ReadOptions options = new ReadOptions().setFillCache(false).setReadaheadSize(1 << 20);
                Slice start = new Slice(range.startInclusive().bytes());
                Slice end = new Slice(KeyBounds.end(range))) {
            options.setIterateLowerBound(start).setIterateUpperBound(end);
            try (RocksIterator at = handles.db.newIterator(handles.data, options)) {
                return find(at, stretch);
            }
        }
    }

    private Optional<Key> find(RocksIterator at, Stretch stretch) throws RocksDBException {
        at.seekToFirst();
        at.status();
        if (!at.isValid()) {
            return Optional.empty();
        }
        Key first = Key.own(at.key());
        Optional<Key> middle = samples(at, stretch.range).keyAt(stretch.share, first);
        if (middle.isEmpty()) {
            middle = nearest(at, stretch.range, first);
        }
        return middle;
    }

    /** The stretch is empty, or holds the very first key alone: the next key behind it, else the last before it. */
    private Optional<Key> nearest(RocksIterator at, KeyRange stretch, Key first) throws RocksDBException {
        if (stretch.hasEnd() && range.contains(stretch.endExclusive())) {
            at.seek(stretch.endExclusive().bytes());
            at.status();
            if (at.isValid()) {
                Key behind = Key.own(at.key());
                if (behind.compareTo(first) > 0) {
                    return Optional.of(behind);
                }
            }
        }
        at.seekToLast();
        at.status();
        Key last = at.isValid() ? Key.own(at.key()) : first;
        return last.compareTo(first) > 0 ? Optional.of(last) : Optional.empty();
    }

    private KeySamples samples(RocksIterator at, KeyRange stretch) throws RocksDBException {
        KeySamples samples = new KeySamples();
        byte[] end = KeyBounds.end(stretch);
        byte[] key = new byte[KeyBounds.KEY_BYTES_MAX + 1];
        ByteBuffer noBytes = ByteBuffer.allocateDirect(1);
        at.seek(stretch.startInclusive().bytes());
        while (at.isValid()) {
            int keyBytes = at.key(key);
            if (java.util.Arrays.compareUnsigned(key, 0, keyBytes, end, 0, end.length) >= 0) {
                break;
            }
            samples.add(key, keyBytes, (long) keyBytes + at.value(noBytes.clear()));
            at.next();
        }
        at.status();
        return samples;
    }

    private Stretch stretchWithTheMiddle() {
        List<KeyRange> pieces = pieces();
        long[] sizes = sizes(pieces);
        long total = 0;
        for (long size : sizes) {
            total += size;
        }
        long below = 0;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] > 0 && below + sizes[i] >= total / 2) {
                return new Stretch(pieces.get(i), (double) (total / 2 - below) / sizes[i]);
            }
            below += sizes[i];
        }
        return new Stretch(range, 0.5);
    }

    /** The range cut at the borders of the files in it. */
    private List<KeyRange> pieces() {
        TreeSet<Key> borders = new TreeSet<>();
        for (LiveFileMetaData file : handles.db.getLiveFilesMetaData()) {
            if (java.util.Arrays.equals(file.columnFamilyName(), RocksHandles.name(KvEngine.Family.DATA))) {
                addIfInside(borders, Key.own(file.smallestKey()));
                addIfInside(borders, Key.own(file.largestKey()));
            }
        }
        int step = borders.size() / BORDERS_MAX + 1;
        List<KeyRange> pieces = new ArrayList<>();
        Key from = range.startInclusive();
        int seen = 0;
        for (Key border : borders) {
            if (seen++ % step == 0) {
                pieces.add(KeyRange.of(from, border));
                from = border;
            }
        }
        pieces.add(KeyRange.of(from, range.endExclusive()));
        return pieces;
    }

    private void addIfInside(TreeSet<Key> borders, Key border) {
        if (border.compareTo(range.startInclusive()) > 0 && range.contains(border)) {
            borders.add(border);
        }
    }

    private long[] sizes(List<KeyRange> ranges) {
        List<Slice> slices = new ArrayList<>();
        List<Range> asked = new ArrayList<>();
        try {
            for (KeyRange piece : ranges) {
                Slice start = new Slice(piece.startInclusive().bytes());
                slices.add(start);
                Slice end = new Slice(KeyBounds.end(piece));
                slices.add(end);
                asked.add(new Range(start, end));
            }
            return handles.db.getApproximateSizes(
                    handles.data, asked, SizeApproximationFlag.INCLUDE_FILES, SizeApproximationFlag.INCLUDE_MEMTABLES);
        } finally {
            slices.forEach(Slice::close);
        }
    }

    /** A part of the range, and the share of its bytes that belongs below the middle. */
    private record Stretch(KeyRange range, double share) {}
}
