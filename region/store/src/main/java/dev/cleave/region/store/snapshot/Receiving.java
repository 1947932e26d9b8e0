package dev.cleave.region.store.snapshot;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.RangeFiles;

/** One snapshot on its way in: chunks are appended to files, and each file is sealed when it is whole. */
@OwnedBy("storage agent")
final class Receiving {
    private final SnapshotFrame.Offer offer;
    private final SnapshotContent content;
    private final RangeFiles files;
    private int file;
    private long offset;
    private long bytes;
    private long progressNanos;

    /**
     * @param content what is offered, under the names it has here
     */
    Receiving(SnapshotFrame.Offer offer, SnapshotContent content, RangeFiles files, long nowNanos) {
        this.offer = offer;
        this.content = content;
        this.files = files;
        this.progressNanos = nowNanos;
    }

    SnapshotFrame.Offer offer() {
        return offer;
    }

    SnapshotContent content() {
        return content;
    }

    long bytes() {
        return bytes;
    }

    boolean isWhole() {
        return file == content.files().size();
    }

    boolean isSilent(long nowNanos, long silenceNanos) {
        return nowNanos - progressNanos > silenceNanos;
    }

    void take(SnapshotFrame.Chunk chunk, long nowNanos) throws TransferFailed {
        progressNanos = nowNanos;
        if (isWhole() || chunk.file() != file || chunk.offset() != offset) {
            throw new TransferFailed("a chunk is out of order");
        }
        RangeFiles.Info info = content.files().get(file);
        int length = chunk.bytes().remaining();
        if (length == 0 || length > info.bytes() - offset) {
            throw new TransferFailed("a chunk goes over the end of its file");
        }
        files.append(info.name(), offset, chunk.bytes());
        offset += length;
        bytes += length;
        if (offset == info.bytes()) {
            if (!files.seal(info)) {
                throw new TransferFailed("the checksum of file " + file + " differs");
            }
            file++;
            offset = 0;
        }
    }
}
