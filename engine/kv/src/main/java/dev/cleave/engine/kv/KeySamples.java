package dev.cleave.engine.kv;

import dev.cleave.engine.base.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Keys of a scan at even steps, with the bytes that lie before each: every key up to 2048, then every 2nd, 4th, ... */
final class KeySamples {
    private static final int SAMPLES_MAX = 2048;

    private final List<Sample> samples = new ArrayList<>();
    private long seen;
    private long step = 1;
    private long bytes;

    /** Takes the next key (copied) of a pair of {@code pairBytes}. */
    void add(byte[] key, int keyBytes, long pairBytes) {
        if (seen % step == 0) {
            if (samples.size() == SAMPLES_MAX) {
                thin();
            }
            if (seen % step == 0) {
                samples.add(new Sample(bytes, Key.own(Arrays.copyOf(key, keyBytes))));
            }
        }
        seen++;
        bytes += pairBytes;
    }

    /** The first key, other than {@code first}, with at least {@code share} of the bytes before it; else the last one. */
    Optional<Key> keyAt(double share, Key first) {
        Optional<Key> last = Optional.empty();
        for (Sample sample : samples) {
            if (!sample.key.equals(first)) {
                last = Optional.of(sample.key);
                if (sample.bytesBefore >= share * bytes) {
                    return last;
                }
            }
        }
        return last;
    }

    private void thin() {
        List<Sample> kept = new ArrayList<>();
        for (int i = 0; i < samples.size(); i += 2) {
            kept.add(samples.get(i));
        }
        samples.clear();
        samples.addAll(kept);
        step *= 2;
    }

    private record Sample(long bytesBefore, Key key) {}
}
