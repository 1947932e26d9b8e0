package dev.cleave.placement.server;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.placement.server.check.DigestJudge;
import dev.cleave.placement.server.check.RequestCheck;
import dev.cleave.placement.server.observed.RegionTree;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.ToPlacement.Digested;
import dev.cleave.region.protocol.CheckedReplica;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdReply.Kind;
import dev.cleave.region.protocol.PdReply.Refused;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the replicas of regions compared, one region after the other in key order, and any that a person asks for. Each replica digests what it holds at the index of one
 * log entry. Those that differ from a majority are told to go, again and again until they have; the checkers then replace them. Nothing of this is written
 * down: after a restart it begins anew.
 */
@OwnedBy("placement agent")
final class Consistency {
    private static final Logger LOG = LoggerFactory.getLogger(Consistency.class);
    /** How long whoever asked is kept waiting before being told how far it is. */
    private static final long ANSWER_NANOS = 2_000_000_000L;
    /** An entry that is lost, or whose digests are, is followed by another. */
    private static final long REPEAT_NANOS = 10_000_000_000L;

    private static final long CHECK_NANOS_MAX = 120_000_000_000L;
    private static final int CHECKS_MAX = 64;

    private final ClusterMap map;
    private final Sessions sessions;
    private final IdSource ids;
    private final long everyNanos;
    private final long repeatNanos;
    private final Map<Long, Check> checks = new TreeMap<>();
    /** Replicas that must go, by id. */
    private final Map<Long, Suspect> suspects = new TreeMap<>();

    private long nextNanos;
    private Key nextKey = Key.EMPTY;

    private record Waiter(Consumer<PdReply> told, long untilNanos) {}

    private static final class Suspect {
        final long region;
        final Peer peer;
        long toldNanos = Long.MIN_VALUE;

        Suspect(long region, Peer peer) {
            this.region = region;
            this.peer = peer;
        }
    }

    private static final class Check {
        final long id;
        final Region baseline;
        final long sinceNanos;
        final List<Waiter> waiters = new ArrayList<>();
        final TreeMap<Long, Map<Long, Digested>> byIndex = new TreeMap<>();
        long sentNanos = Long.MIN_VALUE;

        Check(long id, Region baseline, long sinceNanos) {
            this.id = id;
            this.baseline = baseline;
            this.sinceNanos = sinceNanos;
        }

        /** The index at which most have told, the newest of several. */
        Map.@Nullable Entry<Long, Map<Long, Digested>> best() {
            return byIndex.entrySet().stream()
                    .max(Comparator.<Map.Entry<Long, Map<Long, Digested>>>comparingInt(
                                    each -> each.getValue().size())
                            .thenComparing(Map.Entry.comparingByKey()))
                    .orElse(null);
        }
    }

    Consistency(ClusterMap map, Sessions sessions, IdSource ids, PlacementOptions options) {
        this.map = map;
        this.sessions = sessions;
        this.ids = ids;
        this.everyNanos = options.consistencyEvery().toNanos();
        this.repeatNanos = options.commandRepeat().toNanos();
        this.nextNanos = map.nowNanos() + everyNanos;
    }

    /** A person asks: begins a check, or tells how far the one under way is. */
    void check(long regionId, Consumer<PdReply> told) {
        Check open = checks.get(regionId);
        if (open != null) {
            open.waiters.add(new Waiter(told, map.nowNanos() + ANSWER_NANOS));
            return;
        }
        RegionView view = map.region(regionId);
        Refused refusal = RequestCheck.region(regionId, view, null);
        if (refusal != null || view == null) {
            told.accept(
                    refusal == null ? new Refused(Kind.NOT_FOUND, "region " + regionId + " is not known") : refusal);
            return;
        }
        begin(view.region(), new Waiter(told, map.nowNanos() + ANSWER_NANOS));
    }

    private void begin(Region region, @Nullable Waiter waiter) {
        if (checks.size() >= CHECKS_MAX) {
            if (waiter != null) {
                waiter.told.accept(
                        new Refused(Kind.UNAVAILABLE, CHECKS_MAX + " regions are being checked; try again soon"));
            }
            return;
        }
        ids.take(
                1,
                next -> {
                    Check check = checks.computeIfAbsent(
                            region.id(), id -> new Check(next.getAsLong(), region, map.nowNanos()));
                    if (waiter != null) {
                        check.waiters.add(waiter);
                    }
                    send(check);
                },
                why -> {
                    if (waiter != null) {
                        waiter.told.accept(new Refused(Kind.UNAVAILABLE, why));
                    }
                });
    }

    private void send(Check check) {
        RegionView view = map.region(check.baseline.id());
        if (view != null && view.leaderStore() != 0) {
            check.sentNanos = map.nowNanos();
            sessions.push(
                    view.leaderStore(),
                    new FromPlacement.Command(
                            0, check.baseline.id(), view.region().epoch(), new FromPlacement.Action.Check(check.id)));
        }
    }

    void digested(Digested digest) {
        Check check = checks.get(digest.regionId());
        if (check == null || check.id != digest.checkId()) {
            return;
        }
        Map<Long, Digested> told = check.byIndex.computeIfAbsent(digest.index(), index -> new TreeMap<>());
        told.put(digest.replicaId(), digest);
        boolean haveAllTold = check.baseline.peers().stream().allMatch(peer -> told.containsKey(peer.replicaId()));
        if (haveAllTold) {
            end(check, digest.index(), told);
        }
    }

    void tick() {
        long now = map.nowNanos();
        for (Check check : List.copyOf(checks.values())) {
            advance(check, now);
        }
        suspects.values().removeIf(this::isSettled);
        suspects.values().forEach(suspect -> tell(suspect, now));
        if (everyNanos > 0 && now - nextNanos >= 0) {
            nextNanos = now + everyNanos;
            checkNext();
        }
    }

    private void advance(Check check, long now) {
        RegionView view = map.region(check.baseline.id());
        boolean isSame = view != null && view.region().peers().equals(check.baseline.peers());
        if (!isSame) {
            checks.remove(check.baseline.id());
            answer(check, new Refused(Kind.UNAVAILABLE, "the region changed its replicas meanwhile; check it again"));
            return;
        }
        if (now - check.sinceNanos > CHECK_NANOS_MAX) {
            Map.Entry<Long, Map<Long, Digested>> best = check.best();
            end(check, best == null ? 0 : best.getKey(), best == null ? Map.of() : best.getValue());
            return;
        }
        if (check.sentNanos == Long.MIN_VALUE || now - check.sentNanos > REPEAT_NANOS) {
            send(check);
        }
        List<Waiter> late = check.waiters.stream()
                .filter(waiter -> now - waiter.untilNanos >= 0)
                .toList();
        if (!late.isEmpty()) {
            check.waiters.removeAll(late);
            Map.Entry<Long, Map<Long, Digested>> best = check.best();
            DigestJudge judge = DigestJudge.of(check.baseline, best == null ? Map.of() : best.getValue());
            PdReply.Checked sofar = new PdReply.Checked(
                    check.baseline.id(), best == null ? 0 : best.getKey(), false, judge.replicas(), "still reading");
            late.forEach(waiter -> waiter.told.accept(sofar));
        }
    }

    private void end(Check check, long index, Map<Long, Digested> told) {
        checks.remove(check.baseline.id());
        DigestJudge judge = DigestJudge.of(check.baseline, told);
        boolean isSound =
                judge.replicas().stream().noneMatch(replica -> replica.standing() == CheckedReplica.Standing.DIFFERS);
        if (isSound) {
            LOG.debug("region.checked region={} index={} result=\"{}\"", check.baseline.id(), index, judge.text());
        } else {
            LOG.error("region.differs region={} index={} result=\"{}\"", check.baseline.id(), index, judge.text());
        }
        judge.odd().forEach(peer -> suspects.put(peer.replicaId(), new Suspect(check.baseline.id(), peer)));
        answer(check, new PdReply.Checked(check.baseline.id(), index, true, judge.replicas(), judge.text()));
    }

    private static void answer(Check check, PdReply reply) {
        check.waiters.forEach(waiter -> waiter.told.accept(reply));
        check.waiters.clear();
    }

    private boolean isSettled(Suspect suspect) {
        RegionView view = map.region(suspect.region);
        return map.isDestroyed(suspect.peer.replicaId())
                || view == null
                || view.region().peer(suspect.peer.replicaId()).isEmpty();
    }

    /** It goes only while a majority of the voters is there without it. */
    private void tell(Suspect suspect, long now) {
        RegionView view = map.region(suspect.region);
        boolean isDue = suspect.toldNanos == Long.MIN_VALUE || now - suspect.toldNanos >= repeatNanos;
        if (view == null || !isDue || view.leaderStore() == 0 || view.region().isJoint()) {
            return;
        }
        List<Peer> voters = view.region().peers().stream().filter(Peer::isVoter).toList();
        long sound = voters.stream()
                .filter(peer -> !suspects.containsKey(peer.replicaId()))
                .filter(peer -> !view.downReplicas().contains(peer.replicaId()))
                .count();
        if (sound > voters.size() / 2) {
            suspect.toldNanos = now;
            sessions.push(
                    suspect.peer.storeId(),
                    new FromPlacement.PutAside(
                            suspect.region,
                            suspect.peer.replicaId(),
                            "its data differ from those of a majority of its region"));
        }
    }

    private void checkNext() {
        List<RegionTree.Known> from =
                map.regions().overlapping(dev.cleave.engine.base.KeyRange.of(nextKey, Key.EMPTY), 1);
        if (from.isEmpty()) {
            nextKey = Key.EMPTY;
            return;
        }
        Region region = from.get(0).region();
        nextKey = region.range().endExclusive();
        RegionView view = map.region(region.id());
        if (!checks.containsKey(region.id()) && RequestCheck.region(region.id(), view, null) == null) {
            begin(region, null);
        }
    }

    /** This node no longer decides. */
    void clear() {
        checks.values()
                .forEach(check -> answer(
                        check,
                        new Refused(
                                Kind.UNAVAILABLE, "this placement driver does not lead any more; ask another member")));
        checks.clear();
        suspects.clear();
    }
}
