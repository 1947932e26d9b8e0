package dev.cleave.region.workload;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * One true register per key behind a slow and lossy road, on virtual time: requests take effect after a while, answers come later,
 * some requests are refused, some answers never come. May be told to misbehave.
 */
final class FakeStore implements KvTarget {
    /** What it may do wrong. */
    enum Fault {
        NONE,
        STALE_READS,
        LOST_WRITES,
        REFUSED_BUT_APPLIED,
        APPLIED_TWICE,
        SCANS_WITH_HOLES,
        LOST_UPDATES
    }

    final NavigableMap<Key, Value> data = new TreeMap<>();
    private final NavigableMap<Key, Value> stale = new TreeMap<>();
    private final VirtualTime time;
    private final Randomness randomness;
    Fault fault = Fault.NONE;
    int refusedPercent;
    int unknownPercent;
    int silentPercent;
    int faultPercent = 5;
    boolean isStopped;
    int asked;
    int inFlight;
    int inFlightSeen;

    FakeStore(VirtualTime time, long seed) {
        this.time = time;
        this.randomness = Randomness.seeded(seed);
    }

    @Override
    public CompletableFuture<Outcome> ask(KvCommand command) {
        asked++;
        inFlight++;
        inFlightSeen = Math.max(inFlightSeen, inFlight);
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        answer.whenComplete((outcome, error) -> inFlight--);
        if (!isStopped) {
            time.schedule(millis(5), () -> arrive(command, answer));
        }
        return answer;
    }

    private void arrive(KvCommand command, CompletableFuture<Outcome> answer) {
        if (chance(refusedPercent)) {
            reply(answer, Outcome.notApplied("busy"));
        } else if (chance(silentPercent)) {
            maybeLater(command);
        } else if (chance(unknownPercent)) {
            maybeLater(command);
            reply(answer, Outcome.unknown("time-out"));
        } else if (fault == Fault.REFUSED_BUT_APPLIED && command.isWrite() && chance(faultPercent)) {
            apply(command);
            reply(answer, Outcome.notApplied("busy"));
        } else if (fault == Fault.LOST_WRITES && command instanceof KvCommand.Put && chance(faultPercent)) {
            reply(answer, Outcome.ok(new KvResult.Done()));
        } else {
            reply(answer, Outcome.ok(apply(command)));
            if (fault == Fault.APPLIED_TWICE && command instanceof KvCommand.Put && chance(faultPercent)) {
                time.schedule(millis(100), () -> apply(command));
            }
        }
    }

    /** Takes effect now, much later, or never. */
    private void maybeLater(KvCommand command) {
        switch ((int) randomness.below(3)) {
            case 0 -> apply(command);
            case 1 -> time.schedule(millis(300), () -> apply(command));
            default -> {}
        }
    }

    private void reply(CompletableFuture<Outcome> answer, Outcome outcome) {
        time.schedule(millis(5), () -> answer.complete(outcome));
    }

    private KvResult apply(KvCommand command) {
        if (command instanceof KvCommand.Get get) {
            boolean isStale = fault == Fault.STALE_READS && chance(faultPercent);
            return new KvResult.Found((isStale ? stale : data).get(get.key()));
        }
        if (command instanceof KvCommand.Put put) {
            set(put.key(), put.value());
        } else if (command instanceof KvCommand.Delete delete) {
            set(delete.key(), null);
        } else if (command instanceof KvCommand.Batch batch) {
            batch.changes().forEach(change -> set(change.key(), change.value()));
        } else if (command instanceof KvCommand.CompareAndSet cas) {
            Value held = data.get(cas.key());
            boolean isSet =
                    Objects.equals(held, cas.expected()) || (fault == Fault.LOST_UPDATES && chance(faultPercent));
            if (isSet) {
                set(cas.key(), cas.next());
            }
            return new KvResult.Compared(isSet, held);
        } else if (command instanceof KvCommand.Scan scan) {
            return scan(scan);
        } else if (command instanceof KvCommand.BatchGet batch) {
            List<KvResult.Pair> found = new ArrayList<>();
            batch.keys().stream()
                    .filter(data::containsKey)
                    .forEach(key -> found.add(new KvResult.Pair(key, data.get(key))));
            return new KvResult.Pairs(found, true);
        } else if (command instanceof KvCommand.DeleteRange delete) {
            List.copyOf(within(delete.range()).keySet()).forEach(key -> set(key, null));
        }
        return new KvResult.Done();
    }

    private void set(Key key, Value value) {
        Value before = value == null ? data.remove(key) : data.put(key, value);
        if (before == null) {
            stale.remove(key);
        } else {
            stale.put(key, before);
        }
    }

    private NavigableMap<Key, Value> within(KeyRange range) {
        NavigableMap<Key, Value> from = data.tailMap(range.startInclusive(), true);
        return range.hasEnd() ? from.headMap(range.endExclusive(), false) : from;
    }

    private KvResult scan(KvCommand.Scan scan) {
        NavigableMap<Key, Value> within =
                scan.isReverse() ? within(scan.range()).descendingMap() : within(scan.range());
        List<KvResult.Pair> pairs = new ArrayList<>();
        boolean isWhole = true;
        for (var entry : within.entrySet()) {
            if (pairs.size() == scan.limit()) {
                isWhole = false;
                break;
            }
            if (fault != Fault.SCANS_WITH_HOLES || !chance(faultPercent)) {
                pairs.add(new KvResult.Pair(entry.getKey(), entry.getValue()));
            }
        }
        return new KvResult.Pairs(pairs, isWhole);
    }

    private boolean chance(int percent) {
        return randomness.below(100) < percent;
    }

    private long millis(long max) {
        return 10_000 + randomness.below(max * 1_000_000);
    }
}
