package dev.cleave.tests.simulator;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.engine.kv.RangeFiles;
import java.nio.ByteBuffer;
import java.util.List;

/** Range files around whose making and receiving the process may die. */
final class WatchedRangeFiles implements RangeFiles {
    private static final String MOMENT = "range-file";

    private final RangeFiles files;
    private final Moments moments;

    WatchedRangeFiles(RangeFiles files, Moments moments) {
        this.files = files;
        this.moments = moments;
    }

    @Override
    public Export begin(KvSnapshot snapshot, KeyRange range, String prefix, long fileBytesMax) {
        Export export = files.begin(snapshot, range, prefix, fileBytesMax);
        return new Export() {
            @Override
            public boolean write(long bytesMax) {
                boolean isMore = export.write(bytesMax);
                moments.come(MOMENT);
                return isMore;
            }

            @Override
            public List<Info> files() {
                return export.files();
            }

            @Override
            public void close() {
                export.close();
            }
        };
    }

    @Override
    public void read(String name, long offset, ByteBuffer into) {
        files.read(name, offset, into);
    }

    @Override
    public void append(String name, long offset, ByteBuffer bytes) {
        files.append(name, offset, bytes);
        moments.come(MOMENT);
    }

    @Override
    public boolean seal(Info expected) {
        boolean isSound = files.seal(expected);
        moments.come(MOMENT);
        return isSound;
    }

    @Override
    public void delete(String prefix) {
        files.delete(prefix);
        moments.come(MOMENT);
    }

    @Override
    public List<String> list() {
        return files.list();
    }
}
