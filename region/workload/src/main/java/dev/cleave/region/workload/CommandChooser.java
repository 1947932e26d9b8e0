package dev.cleave.region.workload;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what one client asks next: kind by the mix, key by the chooser, values that no other client and no other operation ever
 * writes. Remembers what this client last learned of a few keys, to have something to compare with.
 */
final class CommandChooser {
    private static final int REMEMBERED_MAX = 256;
    private static final int SCAN_BYTES_MAX = 1 << 20;
    /** Keys of one operation on several. */
    private static final int MANY_MAX = 4;

    private final LoadConfig config;
    private final Randomness randomness;
    private final String valuePrefix;
    private final Map<Key, Optional<Value>> remembered = new LinkedHashMap<>();
    private long written;

    CommandChooser(LoadConfig config, Randomness randomness, String run, int client) {
        this.config = config;
        this.randomness = randomness;
        this.valuePrefix = run + "-" + client + "-";
    }

    KvCommand next() {
        Mix mix = config.mix();
        Key key = config.keySpace().key(config.keyChooser().next(randomness));
        long at = randomness.below(mix.sum());
        if (at < mix.gets()) {
            return new KvCommand.Get(key);
        }
        at -= mix.gets();
        if (at < mix.puts()) {
            return new KvCommand.Put(key, nextValue());
        }
        at -= mix.puts();
        if (at < mix.deletes()) {
            return new KvCommand.Delete(key);
        }
        at -= mix.deletes();
        if (at < mix.compareAndSets()) {
            Optional<Value> held = remembered.getOrDefault(key, Optional.empty());
            return new KvCommand.CompareAndSet(key, held.orElse(null), nextValue());
        }
        at -= mix.compareAndSets();
        return at < mix.scans() ? scan(key) : ofMany(mix, at - mix.scans());
    }

    private KvCommand scan(Key key) {
        KeyRange whole = config.keySpace().range();
        boolean isReverse = randomness.below(2) == 0;
        KeyRange range =
                isReverse ? KeyRange.of(whole.startInclusive(), key.next()) : KeyRange.of(key, whole.endExclusive());
        return new KvCommand.Scan(range, config.scanLimit(), SCAN_BYTES_MAX, isReverse, false);
    }

    /** A batch, a read of several keys, or a delete of a short range. */
    private KvCommand ofMany(Mix mix, long at) {
        long first = config.keyChooser().next(randomness);
        long end = Math.min(config.keySpace().keys(), first + 1 + randomness.below(MANY_MAX));
        if (at >= mix.batches() + mix.batchGets()) {
            Key last = config.keySpace().key(end - 1);
            return new KvCommand.DeleteRange(KeyRange.of(config.keySpace().key(first), last.next()));
        }
        List<Key> keys = new ArrayList<>();
        for (long number = first; number < end; number++) {
            keys.add(config.keySpace().key(number));
        }
        if (at >= mix.batches()) {
            return new KvCommand.BatchGet(keys);
        }
        boolean isOfDeletes = randomness.below(4) == 0;
        return new KvCommand.Batch(keys.stream()
                .map(key -> new KvCommand.Change(key, isOfDeletes ? null : nextValue()))
                .toList());
    }

    /** Remembers what an answer says about the key that was asked for. */
    void learn(KvCommand command, KvResult result) {
        if (command instanceof KvCommand.Get get && result instanceof KvResult.Found found) {
            remember(get.key(), Optional.ofNullable(found.value()));
        } else if (command instanceof KvCommand.Put put) {
            remember(put.key(), Optional.of(put.value()));
        } else if (command instanceof KvCommand.Delete delete) {
            remember(delete.key(), Optional.empty());
        } else if (command instanceof KvCommand.CompareAndSet cas && result instanceof KvResult.Compared compared) {
            remember(cas.key(), Optional.ofNullable(compared.isSet() ? cas.next() : compared.previous()));
        }
    }

    private void remember(Key key, Optional<Value> value) {
        remembered.remove(key);
        remembered.put(key, value);
        if (remembered.size() > REMEMBERED_MAX) {
            remembered.remove(remembered.keySet().iterator().next());
        }
    }

    private Value nextValue() {
        byte[] head = (valuePrefix + written++).getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = java.util.Arrays.copyOf(head, Math.max(head.length, config.valueBytes()));
        java.util.Arrays.fill(bytes, head.length, bytes.length, (byte) '.');
        return Value.own(bytes);
    }
}
