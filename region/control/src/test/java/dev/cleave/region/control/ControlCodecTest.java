package dev.cleave.region.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.codec.RecordException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlCodecTest {
    /** What travels between versions of this project: a line here never changes, a new version gets a new line. */
    private static final List<String> GOLDEN = List.of(
            "050500000000000000012001ffffffffffffffff04887766554433221109093132372e302e302e31c09d01016850",
            "05050000000000000001210104098080808004808080800280808080010c05010221",
            "05050000000000000001220104120111010701610003ac02041001080100100109020110010a030210010b0403010664638080400109020a0b",
            "050500000000000000012b01040cfeffffffffffffff",
            "050500000000000000012c01040107840728",
            "05050000000000000001230111010701610003ac02041001080100100109020110010a030210010b040302",
            "05050000000000000001240107090201",
            "05050000000000000001250104",
            "050500000000000000012601040209ac02",
            "050500000000000000012701044d0907ac020cfeffffffffffffff",
            "0505000000000000000128011507026e6f",
            "050500000000000000012901040501012a0111010701610003ac02041001080100100109020110010a030210010b0403090806ac02c80164",
            "0500000000000000000140028877665544332211040000",
            "050000000000000000014002feffffffffffffff040111010701610003ac02041001080100100109020110010a030210010b0403ad02",
            "0500000000000000000141010bc3a93a20676f2061776179",
            "0500000000000000000142010501130104093132372e302e302e31c09d0101685003090a08020c05dc0b",
            "0500000000000000000143010144011403151617",
            "050000000000000000014501070900",
            "05000000000000000001450107090111010701610003ac02041001080100100109020110010a030210010b0403",
            "050000000000000000014601010701014701011001090200011001080101",
            "05000000000000000001460101070101480109",
            "05000000000000000001460101070101490101016d0144011403151617",
            "050000000000000000014601000701014a014d",
            "050000000000000000014b0107090764696666657273",
            "050000000000000000014c0105",
            "050000000000000000014e01",
            "050000000000000000014d01070902080a");

    private final ControlCodec codec = new ControlCodec();

    private List<ByteBuffer> all() {
        List<ByteBuffer> frames = new ArrayList<>();
        Samples.UP.forEach(record -> frames.add(codec.encode(5, record)));
        Samples.DOWN.forEach(record -> frames.add(codec.encode(0, record)));
        return frames;
    }

    @Test
    void everyRecordComesBackAsItWas() {
        for (ToPlacement record : Samples.UP) {
            assertThat(codec.decode(codec.encode(77, record))).isEqualTo(new ControlFrame(77, record, null));
        }
        for (FromPlacement record : Samples.DOWN) {
            assertThat(codec.decode(codec.encode(0, record))).isEqualTo(new ControlFrame(0, null, record));
        }
    }

    @Test
    void theBytesOfEveryRecordAreFrozen() {
        assertThat(all().stream().map(frame -> HexFormat.of().formatHex(frame.array())))
                .containsExactlyElementsOf(GOLDEN);
    }

    /** An older release wrote these: they are read for ever. */
    @Test
    void olderVersionsAreRead() {
        assertThat(codec.decode(bytes("05000000000000000001400188776655443322110400"))
                        .down())
                .isEqualTo(new FromPlacement.Registered(0x1122334455667788L, 4, null, 0));
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    @Test
    void idsAndVersionsAreFrozen() {
        assertThat(ControlRecords.registry().describe())
                .containsExactly(
                        "16 v1 Peer",
                        "17 v1 Region",
                        "18 v1 RegionView",
                        "19 v1 StoreInfo",
                        "32 v1 RegisterStore",
                        "33 v1 StoreHeartbeat",
                        "34 v1 RegionHeartbeat",
                        "35 v1 AskSplit",
                        "36 v1 CheckPeer",
                        "37 v1 Leaving",
                        "38 v1 Destroyed",
                        "39 v1 Digested",
                        "40 v1 CommandRefused",
                        "41 v1 Replicas",
                        "42 v1 ReplicaState",
                        "43 v1 RegionsUnchanged",
                        "44 v1 Loads",
                        "64 v2 Registered",
                        "65 v1 Rejected",
                        "66 v1 StoreMap",
                        "67 v1 SplitIds",
                        "68 v1 Piece",
                        "69 v1 PeerVerdict",
                        "70 v1 Command",
                        "71 v1 ChangePeers",
                        "72 v1 TransferLeader",
                        "73 v1 Split",
                        "74 v1 Check",
                        "75 v1 PutAside",
                        "76 v1 TellReplicas",
                        "77 v1 Recover",
                        "78 v1 TellRegions");
    }

    @Test
    void whatIsNoControlFrameIsRefused() {
        assertThatThrownBy(() -> codec.decode(ByteBuffer.allocate(0))).isInstanceOf(RecordException.class);
        assertThatThrownBy(() -> codec.decode(ByteBuffer.allocate(40))).hasMessageContaining("no control frame");
        assertThatThrownBy(() -> codec.encode(new ControlFrame(1, null, null))).hasMessageContaining("exactly one");
    }

    @Test
    void damagedFramesAreRefusedAndNeverHarm() {
        long seed = 41;
        Randomness random = Randomness.seeded(seed);
        List<ByteBuffer> frames = all();
        for (int round = 0; round < 60_000; round++) {
            byte[] bytes = frames.get(round % frames.size()).array().clone();
            for (long flips = random.between(1, 4); flips > 0; flips--) {
                bytes[(int) random.below(bytes.length)] = (byte) random.nextLong();
            }
            try {
                codec.decode(ByteBuffer.wrap(bytes, 0, (int) random.between(0, bytes.length + 1)));
            } catch (RecordException refused) {
                assertThat(refused.getMessage())
                        .as("seed %d round %d", seed, round)
                        .isNotBlank();
            }
        }
    }
}
