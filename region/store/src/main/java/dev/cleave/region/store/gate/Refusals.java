package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvError.Kind;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.replica.Refusal;
import dev.cleave.region.replica.StoreDirectory;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Composes the errors that clients get, and counts them: each says what to do next, with the newest descriptors and a leader hint where they help. */
@AnyThread
public final class Refusals {
    private static final int NEIGHBOURS_MAX = 8;
    private static final int BUSY_BACKOFF_MILLIS = 50;
    private static final int ELECTION_BACKOFF_MILLIS = 100;

    private final PublishedRegions published;
    private final Roles roles;
    private final StoreDirectory directory;
    private final RefusalCounts counts = new RefusalCounts();

    public Refusals(PublishedRegions published, Roles roles, StoreDirectory directory) {
        this.published = published;
        this.roles = roles;
        this.directory = directory;
    }

    /** An error of {@code kind} about {@code region}, with what this store knows of it. */
    public KvError of(Kind kind, String message, long region) {
        return counted(withHints(kind, message, region));
    }

    /** What clients were told so far, by kind. */
    public Map<Kind, Long> counts() {
        return counts.sums();
    }

    /** How often clients were told that there is no time for them, by why. */
    public Map<Busy, Long> busy() {
        return counts.busySums();
    }

    private KvError counted(KvError error) {
        counts.count(error.kind());
        return error;
    }

    private KvError withHints(Kind kind, String message, long region) {
        return switch (kind) {
            case STALE_EPOCH, KEY_NOT_IN_REGION -> withRegions(kind, message, region);
            case NOT_LEADER -> leaderElsewhere(region, roles.of(region).leaderReplica(), 0);
            case BUSY -> new KvError(kind, message, List.of(), 0, null, BUSY_BACKOFF_MILLIS);
            case REGION_NOT_FOUND, TIMED_OUT, UNDETERMINED, DISK_FULL, INVALID -> KvError.of(kind, message);
        };
    }

    KvError busy(Busy why) {
        counts.count(why);
        return counted(new KvError(Kind.BUSY, why.message(), List.of(), 0, null, BUSY_BACKOFF_MILLIS));
    }

    KvError staleEpoch(long region) {
        return of(Kind.STALE_EPOCH, "the region's range has changed; use the regions given", region);
    }

    KvError notFound(long region) {
        return counted(KvError.of(
                Kind.REGION_NOT_FOUND, "region " + region + " is not on this store; look up the route again"));
    }

    KvError notLeader(long region) {
        return counted(leaderElsewhere(region, roles.of(region).leaderReplica(), 0));
    }

    private KvError leaderElsewhere(long region, long leaderReplica, long leaderStore) {
        LocalRegion local = published.byId(region);
        long store = leaderStore != 0 ? leaderStore : storeOf(local, leaderReplica);
        Address address = store == 0 ? null : directory.addressOf(store);
        String message = store == 0
                ? "region " + region + " has no known leader now; try again shortly"
                : "the leader of region " + region + " is on store " + store;
        List<Region> regions = local == null ? List.of() : List.of(local.region());
        return new KvError(Kind.NOT_LEADER, message, regions, store, address, store == 0 ? ELECTION_BACKOFF_MILLIS : 0);
    }

    /** What a refusal of the replica host means to a client. */
    KvError of(Refusal why, long region, long leaderReplica, long leaderStore) {
        return switch (why) {
            case NOT_LEADER -> counted(leaderElsewhere(region, leaderReplica, leaderStore));
            case NO_SUCH_GROUP -> notFound(region);
            case BUSY -> busy(Busy.GROUP);
            case TIMED_OUT -> counted(KvError.of(Kind.TIMED_OUT, "the deadline passed before anything was done"));
            case EPOCH_CHANGED -> staleEpoch(region);
            case CONFIGURATION_PENDING -> busy(Busy.REPLICAS_CHANGE);
            case TRANSFERRING -> busy(Busy.HAND_OVER);
            case NOT_READY -> busy(Busy.NOT_READY);
            case DISK_FULL ->
                counted(KvError.of(
                        Kind.DISK_FULL, "the store's disk is full: nothing is written until space is freed or added"));
            case STOPPING -> busy(Busy.STOPPING);
        };
    }

    private KvError withRegions(Kind kind, String message, long region) {
        List<LocalRegion> around = published.now().around(region, NEIGHBOURS_MAX);
        LocalRegion local = published.byId(region);
        long store = storeOf(local, roles.of(region).leaderReplica());
        Address address = store == 0 ? null : directory.addressOf(store);
        return new KvError(
                kind, message, around.stream().map(LocalRegion::region).toList(), store, address, 0);
    }

    private static long storeOf(@Nullable LocalRegion local, long replica) {
        Optional<Peer> peer = local == null ? Optional.empty() : local.region().peer(replica);
        return peer.map(Peer::storeId).orElse(0L);
    }
}
