package dev.cleave.region.store.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.engine.kv.RangeFiles;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One snapshot on its way out over a link that takes everything and answers when the test says so. */
class SendingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int CHUNK = SnapshotFrame.CHUNK_BYTES;
    private static final int FILE_BYTES = 40 * CHUNK;

    private final SnapshotOptions options = new SnapshotOptions(1, 1, 1L << 40, 4 * CHUNK, 1 << 30, 0, 5 * SECOND, 0);
    private final RateLimit rate = new RateLimit(1L << 40);
    private final Region region = new Region(7, KeyRange.ALL, Epoch.FIRST, List.of(new Peer(9, 2, PeerRole.LEARNER)));
    private final SnapshotFrame.Offer offer = new SnapshotFrame.Offer(
            9,
            8,
            6,
            SnapshotContent.ofFiles(
                    region, 100, 6, "send-1", List.of(new RangeFiles.Info("send-1-0", FILE_BYTES, 0, 1))));
    private final Wire link = new Wire();
    private final Sending sending = new Sending(offer, options, new NoFiles(), 0);

    private int pump(long nowNanos) throws TransferFailed {
        return sending.pump(rate, nowNanos);
    }

    /** A learner behind a slow link: what has been read and not acknowledged stays within the window, however long it takes. */
    @Test
    void noMoreThanTheWindowIsUnderWayHoweverSlowTheReceiver() throws TransferFailed {
        sending.opened(link, 0);
        assertThat(pump(0)).as("before it is accepted").isZero();
        sending.heard(new SnapshotFrame.Accept(), 0);

        int sent = pump(SECOND);
        assertThat(sent * CHUNK).isEqualTo(options.windowBytes());
        assertThat(pump(2 * SECOND)).isZero();

        sending.heard(new SnapshotFrame.Ack(CHUNK), 3 * SECOND);
        assertThat(pump(3 * SECOND)).isEqualTo(1);
    }

    @Test
    void silenceEndsIt() throws TransferFailed {
        sending.opened(link, 0);
        sending.heard(new SnapshotFrame.Accept(), 0);
        pump(SECOND);

        pump(5 * SECOND);
        assertThatThrownBy(() -> pump(5 * SECOND + 1)).hasMessageContaining("no progress");
    }

    @Test
    void aRefusalIsToldInItsWordsAndTheEndIsOnlyBelievedOnceAllIsSent() throws TransferFailed {
        sending.opened(link, 0);
        sending.heard(new SnapshotFrame.Accept(), 0);
        pump(1);
        assertThat(sending.heard(new SnapshotFrame.Done(), 2)).isFalse();
        for (long acked = CHUNK; acked <= FILE_BYTES; acked += CHUNK) {
            sending.heard(new SnapshotFrame.Ack(acked), acked);
            pump(acked);
        }

        assertThat(link.frames).isEqualTo(1 + FILE_BYTES / CHUNK);
        assertThat(sending.heard(new SnapshotFrame.Done(), 3)).isTrue();
        assertThatThrownBy(() -> sending.heard(new SnapshotFrame.Refuse("all slots are taken"), 4))
                .hasMessageContaining("all slots are taken");
    }

    @Test
    void whoeverIsTurnedAwayForWantOfASlotAsksAgainUntilItsTimeIsUp() throws TransferFailed {
        sending.opened(link, 0);
        sending.heard(new SnapshotFrame.Busy(), SECOND);
        pump(SECOND);
        assertThat(link.frames).as("not at once").isEqualTo(1);
        pump(2 * SECOND);
        assertThat(link.frames).isEqualTo(2);
        pump(3 * SECOND);
        assertThat(link.frames).as("it waits for an answer").isEqualTo(2);

        sending.heard(new SnapshotFrame.Busy(), 3 * SECOND);
        assertThatThrownBy(() -> pump(5 * SECOND + 1)).hasMessageContaining("no progress");
    }

    @Test
    void whoeverWasTurnedAwayMayStillBeAccepted() throws TransferFailed {
        sending.opened(link, 0);
        sending.heard(new SnapshotFrame.Busy(), 0);
        pump(SECOND);
        sending.heard(new SnapshotFrame.Accept(), SECOND);
        assertThat(pump(SECOND)).isPositive();
    }

    private static final class Wire implements Link {
        int frames;

        @Override
        public boolean send(ByteBuffer frame) {
            frames++;
            return true;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public long unsentBytes() {
            return 0;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}

        @Override
        public Address remote() {
            return new Address("store2", 1);
        }
    }

    /** Files of zeros. */
    private static final class NoFiles implements RangeFiles {
        @Override
        public Export begin(KvSnapshot snapshot, KeyRange range, String prefix, long fileBytesMax) {
            throw new UnsupportedOperationException("nothing is exported here");
        }

        @Override
        public void read(String name, long offset, ByteBuffer into) {
            into.position(into.limit());
        }

        @Override
        public void append(String name, long offset, ByteBuffer bytes) {}

        @Override
        public boolean seal(Info expected) {
            return false;
        }

        @Override
        public void delete(String prefix) {}

        @Override
        public List<String> list() {
            return List.of();
        }
    }
}
