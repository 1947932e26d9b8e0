package dev.cleave.engine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    record Leaf(long number, String text, KeyRange range) {}

    record Tree(
            boolean isRoot,
            List<Leaf> leaves,
            List<Long> numbers,
            @Nullable Tree child) {}

    record Stranger(int x) {}

    private static RecordRegistry registry(int leafVersion) {
        return RecordRegistry.builder()
                .add(
                        16,
                        Leaf.class,
                        leafVersion,
                        (out, leaf) -> {
                            out.number(leaf.number).text(leaf.text).range(leaf.range);
                            if (leafVersion > 1) {
                                out.flag(true);
                            }
                        },
                        (in, version) -> {
                            Leaf leaf = new Leaf(in.number(), in.text("text"), in.range());
                            if (version > 1) {
                                in.flag();
                            }
                            return leaf;
                        })
                .add(
                        17,
                        Tree.class,
                        1,
                        (out, tree) -> out.flag(tree.isRoot)
                                .nestedAll(tree.leaves)
                                .numbers(tree.numbers)
                                .nestedOrNull(tree.child),
                        (in, version) -> new Tree(
                                in.flag(),
                                in.nestedAll("leaves", Leaf.class),
                                in.numbers("numbers"),
                                in.nestedOrNull(Tree.class)))
                .build();
    }

    private static final Leaf LEAF = new Leaf(300, "hé", KeyRange.of(Key.utf8("a"), Key.utf8("b")));
    private final RecordCodec codec = new RecordCodec(registry(1));

    @Test
    void aRecordComesBackAsItWas() {
        Tree tree = new Tree(true, List.of(LEAF, LEAF), List.of(1L, -5L), new Tree(false, List.of(), List.of(), null));

        assertThat(codec.decode(codec.encode(tree))).isEqualTo(tree);
    }

    @Test
    void theBytesAreFrozen() {
        assertThat(hex(codec.encode(LEAF))).isEqualTo("01" + "10" + "01" + "ac02" + "0368c3a9" + "0161" + "0162");
    }

    @Test
    void anOlderVersionIsReadAndANewerOneRefusedInWords() {
        RecordCodec newer = new RecordCodec(registry(2));

        assertThat(newer.decode(codec.encode(LEAF))).isEqualTo(LEAF);
        assertThatThrownBy(() -> codec.decode(newer.encode(LEAF)))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("Leaf has version 2")
                .hasMessageContaining("upgrade");
    }

    @Test
    void whatIsNotRegisteredIsRefusedInWords() {
        assertThatThrownBy(() -> codec.encode(new Stranger(1))).hasMessageContaining("not a registered record");
        assertRefused("01" + "63" + "01", "record id 99 is not known here");
        assertRefused("02" + "10" + "01", "record format 2");
        assertRefused("01" + "05" + "01", "record id 5 is not known here");
    }

    @Test
    void sizesAreCheckedBeforeAnythingIsAllocated() {
        assertRefused("01" + "10" + "01" + "01" + "ffffff7f", "text claims");
        assertRefused("01" + "10" + "01" + "01" + "10" + "41", "only 1 are left");
        assertRefused("01" + "11" + "01" + "01" + "e8ff7f", "leaves claims");
        assertRefused("01" + "10" + "01" + "01" + "00" + "0162" + "0161", "swap them");
        assertRefused("01" + "10" + "01" + "01" + "00" + "00" + "00" + "07", "1 bytes are left");
    }

    @Test
    void aRecordNestedTooDeeplyIsRefused() {
        ByteBuffer deep = ByteBuffer.allocate(1 + 6 * 1000);
        deep.put((byte) 1);
        for (int i = 0; i < 1000; i++) {
            deep.put(new byte[] {17, 1, 0, 0, 0, 1});
        }
        deep.flip();

        assertThatThrownBy(() -> codec.decode(deep)).isInstanceOf(RecordException.class);
        assertThat(codec.decode(codec.encode(LEAF))).as("the codec still works").isEqualTo(LEAF);
    }

    @Test
    void anIdIsGivenOnce() {
        assertThatThrownBy(() -> RecordRegistry.builder()
                        .add(16, Leaf.class, 1, (o, r) -> {}, (i, v) -> LEAF)
                        .add(16, Stranger.class, 1, (o, r) -> {}, (i, v) -> new Stranger(1)))
                .hasMessageContaining("registered already");
        assertThat(registry(2).describe()).containsExactly("16 v2 Leaf", "17 v1 Tree");
    }

    @Test
    void damagedBytesAreRefusedAndNeverHarm() {
        long seed = 20_260_901;
        Randomness random = Randomness.seeded(seed);
        byte[] good = codec.encode(new Tree(true, List.of(LEAF, LEAF), List.of(7L), null))
                .array();
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = good.clone();
            for (long flips = random.between(1, 5); flips > 0; flips--) {
                bytes[(int) random.below(bytes.length)] = (byte) random.nextLong();
            }
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, (int) random.between(0, bytes.length + 1));
            try {
                codec.decode(cut);
            } catch (RecordException refused) {
                assertThat(refused.getMessage())
                        .as("seed %d round %d", seed, round)
                        .isNotBlank();
            }
        }
    }

    private void assertRefused(String hex, String words) {
        assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex))))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(words);
    }

    private static String hex(ByteBuffer buffer) {
        return HexFormat.of().formatHex(buffer.array());
    }
}
