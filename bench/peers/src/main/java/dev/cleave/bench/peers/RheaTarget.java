package dev.cleave.bench.peers;

import com.alipay.sofa.jraft.rhea.client.RheaKVStore;
import com.alipay.sofa.jraft.rhea.storage.KVEntry;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** RheaKV's client under load. Reads are linearizable by its own means. */
final class RheaTarget implements KvTarget {
    private final RheaKVStore store;

    RheaTarget(RheaKVStore store) {
        this.store = store;
    }

    @Override
    public CompletableFuture<Outcome> ask(KvCommand command) {
        if (command instanceof KvCommand.Put put) {
            return told(
                    store.put(put.key().bytes(), put.value().bytes()),
                    isDone -> isDone ? Outcome.ok(new KvResult.Done()) : Outcome.unknown("put said no"));
        }
        if (command instanceof KvCommand.Get get) {
            return told(store.get(get.key().bytes(), true), RheaTarget::found);
        }
        if (command instanceof KvCommand.Scan scan) {
            byte[] start = scan.range().startInclusive().bytes();
            return told(store.scan(start, ScanEnd.of(scan), true), RheaTarget::pairs);
        }
        return CompletableFuture.completedFuture(Outcome.notApplied("not asked of RheaKV"));
    }

    private static Outcome found(byte @Nullable [] value) {
        return Outcome.ok(new KvResult.Found(value == null ? null : Value.own(value)));
    }

    private static Outcome pairs(List<KVEntry> entries) {
        List<KvResult.Pair> pairs = new ArrayList<>(entries.size());
        entries.forEach(entry -> pairs.add(new KvResult.Pair(Key.own(entry.getKey()), Value.own(entry.getValue()))));
        return Outcome.ok(new KvResult.Pairs(pairs, true));
    }

    private static <T> CompletableFuture<Outcome> told(CompletableFuture<T> answer, Function<T, Outcome> words) {
        return answer.handle(
                (result, error) -> error == null ? words.apply(result) : Outcome.unknown(String.valueOf(error)));
    }
}
