package dev.cleave.region.store.snapshot;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.RangeFiles;
import dev.cleave.engine.wire.Link;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One snapshot on its way out: offered, then streamed as far as window and rate allow, then confirmed. */
@OwnedBy("storage agent")
final class Sending {
    private static final long ASK_AGAIN_NANOS = 100_000_000L;

    /** How far a transfer is. */
    private enum Stage {
        /** The link is not open yet. */
        DIALLING,
        /** The receiver has not answered yet. */
        OFFERED,
        /** The receiver has no slot free: it is asked again in a while. */
        TURNED_AWAY,
        /** Chunks flow. */
        STREAMING,
        /** Over, well or not. */
        ENDED
    }

    private final SnapshotFrame.Offer offer;
    private final SnapshotOptions options;
    private final RangeFiles files;
    private Stage stage = Stage.DIALLING;
    private @Nullable Link link;
    private int file;
    private long offset;
    private long sentBytes;
    private long ackedBytes;
    private long progressNanos;
    private long askAgainNanos;

    Sending(SnapshotFrame.Offer offer, SnapshotOptions options, RangeFiles files, long nowNanos) {
        this.offer = offer;
        this.options = options;
        this.files = files;
        this.progressNanos = nowNanos;
    }

    SnapshotFrame.Offer offer() {
        return offer;
    }

    /** The link that was dialled for this transfer. */
    void dialled(Link dialled) {
        link = dialled;
    }

    /** Offers it, and returns how many bytes of data that took: those that travel in the offer itself. */
    long opened(Link opened, long nowNanos) {
        link = opened;
        progressNanos = nowNanos;
        offer(opened);
        return stage == Stage.OFFERED
                ? offer.content().bytes() - offer.content().fileBytes()
                : 0;
    }

    private void offer(Link to) {
        stage = to.send(SnapshotFrame.encode(offer)) ? Stage.OFFERED : stage;
    }

    /** Bytes of its files that have left. */
    long sentBytes() {
        return sentBytes;
    }

    /** Takes in the receiver's word; true if the transfer is complete, throws in words if it failed. */
    boolean heard(SnapshotFrame frame, long nowNanos) throws TransferFailed {
        if (frame instanceof SnapshotFrame.Busy && stage == Stage.OFFERED) {
            // What is written is not thrown away for want of a slot; but this is no progress.
            stage = Stage.TURNED_AWAY;
            askAgainNanos = nowNanos + ASK_AGAIN_NANOS;
            return false;
        }
        progressNanos = nowNanos;
        if (frame instanceof SnapshotFrame.Refuse refuse) {
            throw new TransferFailed("refused: " + refuse.reason());
        }
        if (frame instanceof SnapshotFrame.Accept && stage == Stage.OFFERED) {
            stage = Stage.STREAMING;
        } else if (frame instanceof SnapshotFrame.Ack ack) {
            ackedBytes = Math.max(ackedBytes, ack.bytes());
        } else if (frame instanceof SnapshotFrame.Done) {
            return stage == Stage.STREAMING && sentBytes == offer.content().fileBytes();
        }
        return false;
    }

    /** Sends as many chunks as may be sent now and returns how many that were. */
    int pump(RateLimit rate, long nowNanos) throws TransferFailed {
        if (stage != Stage.ENDED && nowNanos - progressNanos > options.silenceNanos()) {
            throw new TransferFailed("no progress for " + options.silenceNanos() / 1_000_000 + " ms");
        }
        int sent = 0;
        Link to = link;
        if (stage == Stage.TURNED_AWAY && to != null && nowNanos >= askAgainNanos) {
            offer(to);
        }
        while (stage == Stage.STREAMING && to != null && mayStream(to) && sendChunk(to, rate, nowNanos)) {
            sent++;
        }
        return sent;
    }

    private boolean mayStream(Link to) {
        return file < offer.content().files().size()
                && sentBytes - ackedBytes < options.windowBytes()
                && to.isWritable();
    }

    private boolean sendChunk(Link to, RateLimit rate, long nowNanos) {
        RangeFiles.Info info = offer.content().files().get(file);
        int bytes = (int) Math.min(SnapshotFrame.CHUNK_BYTES, info.bytes() - offset);
        if (!rate.take(bytes, nowNanos)) {
            return false;
        }
        ByteBuffer chunk = SnapshotFrame.newChunk(file, offset, bytes);
        files.read(info.name(), offset, chunk);
        if (!to.send(SnapshotFrame.seal(chunk))) {
            return false;
        }
        sentBytes += bytes;
        offset += bytes;
        if (offset == info.bytes()) {
            file++;
            offset = 0;
        }
        return true;
    }

    boolean wantsToPump() {
        Link to = link;
        return stage == Stage.TURNED_AWAY || (stage == Stage.STREAMING && to != null && mayStream(to));
    }

    void end() {
        stage = Stage.ENDED;
        Link to = link;
        if (to != null) {
            to.close();
        }
    }
}
