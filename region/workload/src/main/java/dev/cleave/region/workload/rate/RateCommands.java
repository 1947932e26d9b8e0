package dev.cleave.region.workload.rate;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;

/** What one slot of a load asks next. Cheap: keys are written digit by digit, values are drawn from a few that were made before. */
final class RateCommands {
    private static final int VALUES = 16;
    private static final int SCAN_BYTES_MAX = 4 << 20;

    private final RateConfig config;
    private final RateKeys keys;
    private final Randomness randomness;
    private final Value[] values = new Value[VALUES];
    private long isModifying = -1;

    RateCommands(RateConfig config, RateKeys keys, Randomness randomness) {
        this.config = config;
        this.keys = keys;
        this.randomness = randomness;
        for (int i = 0; i < VALUES; i++) {
            values[i] = randomValue(config.valueBytes(), randomness);
        }
    }

    /** Bytes without a pattern, so that no store gains by packing them. */
    static Value randomValue(int length, Randomness randomness) {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at++) {
            bytes[at] = (byte) randomness.nextLong();
        }
        return Value.own(bytes);
    }

    /** Whether what was asked last is half of an operation, which {@link #next} ends. */
    boolean isHalf() {
        return isModifying >= 0;
    }

    KvCommand next() {
        if (isModifying >= 0) {
            long number = isModifying;
            isModifying = -1;
            return put(number);
        }
        RateMix mix = config.mix();
        long at = randomness.below(mix.sum());
        if (at < mix.reads()) {
            return new KvCommand.Get(RateKeys.key(keys.next(randomness)));
        }
        at -= mix.reads();
        if (at < mix.updates()) {
            return put(keys.next(randomness));
        }
        at -= mix.updates();
        if (at < mix.inserts()) {
            return put(keys.inserted());
        }
        at -= mix.inserts();
        long number = keys.next(randomness);
        if (at < mix.scans()) {
            KeyRange range = KeyRange.of(RateKeys.key(number), RateKeys.key(keys.loaded()));
            return new KvCommand.Scan(range, config.scanLimit(), SCAN_BYTES_MAX, false, false);
        }
        isModifying = number;
        return new KvCommand.Get(RateKeys.key(number));
    }

    private KvCommand put(long number) {
        return new KvCommand.Put(RateKeys.key(number), values[(int) randomness.below(VALUES)]);
    }
}
