package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.engine.base.Timers;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import dev.cleave.region.workload.Dataset;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.Verifier;
import dev.cleave.region.workload.history.History;
import dev.cleave.region.workload.history.Linearizability;
import dev.cleave.region.workload.history.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What must be true at the end: every key is there and on every replica, and the history is linearizable. Fails by {@link CommandFailure}. */
final class Checks {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration REPLICAS_LIMIT = Duration.ofSeconds(90);

    private final Narrator narrator;
    private final Cluster cluster;
    private final KvTarget target;
    private final Timers timers;
    private final Dataset dataset;

    Checks(Narrator narrator, Cluster cluster, KvTarget target, Timers timers, Dataset dataset) {
        this.narrator = narrator;
        this.cluster = cluster;
        this.target = target;
        this.timers = timers;
        this.dataset = dataset;
    }

    /** All loaded keys, read through the client. */
    void checkKeys() {
        Verifier.Report report = Await.result(
                "all keys are read back", Verifier.of(dataset, target, timers).verify(), LIMIT);
        if (!report.isClean() || report.matched() != dataset.size()) {
            throw new CommandFailure(ExitCode.FAILED, "keys are not as they were loaded: " + report);
        }
        narrator.say("✓ all " + report.matched() + " loaded keys are there, each with its value");
    }

    /** Every replica of every region holds the same pairs, and all regions together hold at least what was loaded. */
    void checkReplicas() {
        long keys = 0;
        int replicas = 0;
        for (RegionView view : cluster.regions()) {
            List<Cluster.Digest> digests = new ArrayList<>();
            cluster.await("all replicas of r" + view.region().id() + " hold the same", REPLICAS_LIMIT, () -> {
                digests.clear();
                digests.addAll(digests(view));
                return areEqual(digests);
            });
            keys += digests.get(0).keys();
            replicas += digests.size();
            narrator.say("  r" + view.region().id() + ": " + digests.get(0).keys() + " keys, checksum "
                    + Long.toHexString(digests.get(0).checksum()) + " on " + digests.size() + " replicas");
        }
        if (keys < dataset.size()) {
            throw new CommandFailure(ExitCode.FAILED, "the regions hold " + keys + " keys, fewer than were loaded");
        }
        narrator.say("✓ every key is on every one of its replicas (" + replicas + " replicas compared)");
    }

    private List<Cluster.Digest> digests(RegionView view) {
        List<Cluster.Digest> digests = new ArrayList<>();
        for (StoreInfo store : cluster.stores()) {
            if (view.region().peerOn(store.id()).isPresent()) {
                digests.add(cluster.digest(store, view.region().id()));
            }
        }
        return digests;
    }

    private static boolean areEqual(List<Cluster.Digest> digests) {
        return digests.stream()
                        .map(digest -> digest.keys() + ":" + digest.checksum())
                        .distinct()
                        .count()
                == 1;
    }

    /** The recorded history of the loads. */
    void checkHistory(History history) {
        Verdict verdict = Linearizability.defaults().check(history);
        if (!verdict.isLinearizable()) {
            throw new CommandFailure(ExitCode.FAILED, "the history is not linearizable: " + verdict);
        }
        narrator.say("✓ the history of " + verdict.operations() + " operations on " + verdict.keys()
                + " keys is linearizable");
    }
}
