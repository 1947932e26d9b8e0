package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.log.GroupImage;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.replica.GroupStart;
import dev.cleave.region.store.snapshot.SnapshotContent;
import dev.cleave.region.store.snapshot.SnapshotFiles;
import dev.cleave.region.store.split.SplitApply;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.ForgottenReplicas;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.RegionStates;
import dev.cleave.region.store.state.Tombstone;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings log and engine together at start, before anything runs: open steps of replicas' lives are taken again, replicas whose log is damaged are
 * or whose data have been lost are put aside, leftover files are swept. The log is the authority for life, the engine for applied state.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final StoreState state;
    private final RegionData data;
    private final SnapshotFiles files;
    private final Map<Long, GroupImage> images = new TreeMap<>();
    private final Map<Long, AppliedRegion> regions = new TreeMap<>();
    private final List<GroupStart> starts = new ArrayList<>();
    private final List<Replica> toForget = new ArrayList<>();
    private final List<Reopened> toUnmark = new ArrayList<>();
    private final Set<Long> withoutData = new TreeSet<>();
    private final ForgottenReplicas forgotten;
    private boolean hasPutAside;

    /** A replica whose data are gone for good and that the log must forget. */
    public record Replica(long region, long replicaId) {}

    /** A replica whose snapshot has been installed and whose mark must be cleared; then the files may go. */
    public record Reopened(long replicaId, SnapshotContent content) {}

    /**
     * @param starts the replicas that the engine knows; those that only the log knows, the host finds by itself
     */
    public record Recovered(List<GroupStart> starts, List<Replica> toForget, List<Reopened> toUnmark) {}

    private Recovery(StoreState state, ForgottenReplicas forgotten, SnapshotFiles files) {
        this.forgotten = forgotten;
        this.state = state;
        this.data = new RegionData(state);
        this.files = files;
    }

    /** {@code isLogDamaged}: more groups than the {@code images} may have been in the log, and {@code forgotten} is told so. */
    public static Recovered run(
            StoreState state,
            List<GroupImage> images,
            boolean isLogDamaged,
            ForgottenReplicas forgotten,
            SnapshotFiles files) {
        return new Recovery(state, forgotten, files).run(images, isLogDamaged);
    }

    private Recovered run(List<GroupImage> found, boolean isLogDamaged) {
        found.forEach(image -> images.put(image.group(), image));
        RegionStates.Found engine = RegionStates.load(state.engine());
        engine.tombstones().forEach(each -> state.lives().found(each.region(), each.replicaId(), Life.TOMBSTONE));
        engine.regions().forEach(region -> regions.put(region.id(), region));
        withoutData.addAll(engine.withoutData());
        if (isLogDamaged || regions.values().stream().anyMatch(this::isMissingInTheLog)) {
            forgotten.logDamaged();
        }
        regions.values().forEach(region -> state.states().put(region));
        // Those on their way out may overlap with their successors: they never enter the table.
        List<LocalRegion> live = regions.values().stream()
                .filter(region -> mark(region.id(), region.replicaId()).destroying() == null)
                .map(AppliedRegion::local)
                .toList();
        state.published().change(live, List.of());
        regions.values().forEach(this::recover);
        images.values().stream()
                .filter(image -> !regions.containsKey(image.group()))
                .forEach(this::recoverUnborn);
        files.sweep(toUnmark.stream().map(Reopened::content).toList());
        return new Recovered(List.copyOf(starts), List.copyOf(toForget), List.copyOf(toUnmark));
    }

    private void recover(AppliedRegion region) {
        GroupImage image = images.get(region.id());
        LifecycleMark mark = mark(region.id(), region.replicaId());
        if (image != null && image.replicaId() > region.replicaId()) {
            destroy(region.id(), region.replicaId(), null);
            recoverUnborn(image);
        } else if (mark.destroying() != null) {
            destroy(region.id(), region.replicaId(), mark.destroying());
        } else if (mark.installing() != null) {
            reopen(region.replicaId(), mark.installing().content(), region);
        } else if (withoutData.contains(region.id())) {
            putAside(region, "data-lost");
        } else if (hasLostItsLog(region, image)) {
            putAside(region, "log-lost");
        } else {
            begin(region);
        }
    }

    /** A replica without a descriptor here. The host starts it by itself, unless its story has ended or goes on otherwise. */
    private void recoverUnborn(GroupImage image) {
        if (image.replicaId() == 0) {
            return;
        }
        LifecycleMark mark = mark(image.group(), image.replicaId());
        // A child whose parent is put aside will not be born again here; with a log but no state it could only vote.
        boolean isOrphan = hasPutAside && image.compactIndex() > 0 && mark.installing() == null;
        if (image.isBroken() || isOrphan || mark.destroying() != null) {
            destroy(image.group(), image.replicaId(), mark.destroying());
        } else if (mark.installing() != null) {
            reopen(image.replicaId(), mark.installing().content(), null);
        } else {
            state.lives().found(image.group(), image.replicaId(), Life.UNINITIALIZED);
        }
    }

    private void begin(AppliedRegion region) {
        state.lives().found(region.id(), region.replicaId(), Life.INITIALIZED);
        starts.add(SplitApply.start(region));
    }

    private void reopen(long replicaId, SnapshotContent content, @Nullable AppliedRegion before) {
        long region = content.region().id();
        if (before != null && before.index() >= content.index()) {
            if (withoutData.contains(region)) {
                putAside(before, "data-lost");
                return;
            }
            toUnmark.add(new Reopened(replicaId, content));
            begin(before);
            return;
        }
        if (!files.areSound(content)) {
            LOG.error(
                    "event=snapshot-lost region={} replica={} index={} advice=\"its replicas elsewhere serve on; a new one will be made\"",
                    region,
                    replicaId,
                    content.index());
            // What never had a range has no children.
            hasPutAside |= before != null;
            destroy(region, replicaId, null);
            return;
        }
        toUnmark.add(new Reopened(replicaId, content));
        LOG.info("event=install-again region={} replica={} index={}", region, replicaId, content.index());
        state.published().remove(region);
        begin(data.install(replicaId, content));
    }

    private void destroy(long region, long replicaId, LifecycleMark.@Nullable Destroying destroying) {
        LOG.info("event=destroy-again region={} replica={}", region, replicaId);
        AppliedRegion applied = regions.get(region);
        Epoch epoch = destroying != null
                ? destroying.epoch()
                : applied == null ? Epoch.NONE : applied.region().epoch();
        data.destroy(new Tombstone(region, replicaId, epoch), destroying == null ? null : destroying.range());
        state.lives().found(region, replicaId, Life.TOMBSTONE);
        toForget.add(new Replica(region, replicaId));
    }

    /** News of a loss: the log lacks a replica that has written to it, and is not one that was lost before and kept. A newborn writes nothing before its first vote. */
    private boolean isMissingInTheLog(AppliedRegion region) {
        GroupImage image = images.get(region.id());
        boolean isMissing = image == null || image.replicaId() < region.replicaId();
        boolean isKept = forgotten.mayHold(region.replicaId()) && !region.hasOtherVoters();
        return isMissing && region.index() > GroupStart.FIRST_INDEX && !isKept;
    }

    private boolean hasLostItsLog(AppliedRegion region, @Nullable GroupImage image) {
        if (image != null && image.replicaId() == region.replicaId()) {
            return image.isBroken();
        }
        // A tombstone beside a region is one that was kept for rescue, though a start had ended it.
        boolean isKept = state.lives().is(region.id(), region.replicaId(), Life.TOMBSTONE);
        // A newborn may have voted, and that vote may be what was lost.
        return isKept || forgotten.mayHold(region.replicaId()) || region.index() > GroupStart.FIRST_INDEX;
    }

    /**
     * The replica has lost its vote, or what it has voted for, and must never vote again. If others can feed a successor it makes room for one at once; the last one of its
     * kind is left untouched for people to rescue.
     */
    private void putAside(AppliedRegion region, String loss) {
        LOG.error(
                "event={} region={} replica={} range={} advice=\"{}\"",
                loss,
                region.id(),
                region.replicaId(),
                region.region().range(),
                region.hasOtherVoters()
                        ? "its replicas elsewhere serve on; a new one will be made"
                        : "this was its only voter: the region is down, its data are kept; restore the log from a backup");
        if (region.hasOtherVoters()) {
            hasPutAside = true;
            destroy(region.id(), region.replicaId(), null);
        } else {
            state.published().remove(region.id());
            state.lives().found(region.id(), region.replicaId(), Life.INITIALIZED);
        }
    }

    private LifecycleMark mark(long region, long replicaId) {
        GroupImage image = images.get(region);
        return image == null || image.replicaId() != replicaId || image.isBroken()
                ? LifecycleMark.decode(LifecycleMark.NONE)
                : LifecycleMark.decode(image.mark());
    }
}
