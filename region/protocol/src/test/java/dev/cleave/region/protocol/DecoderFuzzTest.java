package dev.cleave.region.protocol;

import static org.assertj.core.api.Assertions.fail;

import dev.cleave.engine.base.Randomness;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Mutated valid frames: whatever comes, a decoder answers or throws MalformedFrame, and allocates in proportion to the frame. */
class DecoderFuzzTest {
    private static final int MUTANTS = 300_000;
    private static final long SEED = 20_240_611;

    private final List<byte[]> seeds = new ArrayList<>();
    private final List<Consumer<ByteBuffer>> decoders = List.of(
            KvCodec::decodeRequest,
            frame -> KvCodec.decodeCommand(KvCodec.entryPayload(frame)),
            KvCodec::decodeReply,
            PdCodec::decodeRequest,
            PdCodec::decodeReply);

    @Test
    void onlyMalformedFrameComesOut() {
        collectSeeds();
        Randomness random = Randomness.seeded(SEED);

        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutate(seeds.get((int) random.below(seeds.size())), random);
            for (Consumer<ByteBuffer> decoder : decoders) {
                decode(decoder, mutant, i);
            }
        }
    }

    private void collectSeeds() {
        Samples.commands().forEach(command -> add(KvCodec.encodeRequest(Samples.request(command))));
        Samples.replies().forEach(reply -> add(KvCodec.encodeReply(reply)));
        Samples.questions().forEach(question -> add(PdCodec.encodeRequest(1, 1, question)));
        Samples.answers().forEach(answer -> add(PdCodec.encodeReply(1, answer)));
    }

    private void add(ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        seeds.add(bytes);
    }

    private static byte[] mutate(byte[] seed, Randomness random) {
        byte[] mutant = seed.clone();
        long changes = 1 + random.below(4);
        for (int i = 0; i < changes && mutant.length > 0; i++) {
            int at = (int) random.below(mutant.length);
            switch ((int) random.below(5)) {
                case 0 -> mutant[at] = (byte) random.nextLong();
                case 1 -> mutant[at] = (byte) 0xFF;
                case 2 -> mutant[at] ^= (byte) (1 << random.below(8));
                case 3 -> mutant = Arrays.copyOf(mutant, at);
                default -> mutant = Arrays.copyOf(mutant, mutant.length + (int) random.below(16));
            }
        }
        return mutant;
    }

    private static void decode(Consumer<ByteBuffer> decoder, byte[] mutant, int number) {
        try {
            decoder.accept(ByteBuffer.wrap(mutant).order(ByteOrder.LITTLE_ENDIAN));
        } catch (MalformedFrame expected) {
            if (expected.getMessage().isBlank()) {
                fail("no words, seed " + SEED + " mutant " + number);
            }
        } catch (RuntimeException | Error wrong) {
            fail("seed " + SEED + " mutant " + number + " " + Arrays.toString(mutant), wrong);
        }
    }
}
