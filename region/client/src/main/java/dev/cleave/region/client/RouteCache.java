package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of regions, by range, and of stores' addresses. Cached ranges never overlap. Newer knowledge replaces older by
 * epoch, whoever told it; at the same epoch a known leader gives way only to a server's word, for the placement driver hears of
 * leader changes later than they do. A wrong route costs a refusal, never a wrong answer: stores check the epoch.
 */
@OwnedBy("client loop")
final class RouteCache {
    private final int routesMax;
    private final NavigableMap<Key, Route> byStart = new TreeMap<>();
    private final Map<Long, Key> startById = new HashMap<>();
    private final Map<Long, Address> addresses = new HashMap<>();

    RouteCache(int routesMax) {
        this.routesMax = routesMax;
    }

    /** The route of the region that holds {@code key}, or null. */
    @Nullable
    Route find(Key key) {
        Map.Entry<Key, Route> entry = byStart.floorEntry(key);
        return entry != null && entry.getValue().region().range().contains(key) ? entry.getValue() : null;
    }

    @Nullable
    Address addressOf(long storeId) {
        return addresses.get(storeId);
    }

    void learnAddress(long storeId, Address address) {
        addresses.put(storeId, address);
    }

    /** Takes in a descriptor unless what is cached is newer. {@code leaderStore} 0 means that the teller does not know. */
    void learn(Region region, long leaderStore) {
        Route known = byId(region.id());
        if (known != null && known.region().epoch().equals(region.epoch())) {
            if (known.leaderStore() == 0 && leaderStore != 0) {
                put(known.ledBy(leaderStore));
            }
            return;
        }
        List<Route> overlapping = overlapping(region.range());
        if (known != null && !overlapping.contains(known)) {
            overlapping.add(known);
        }
        for (Route other : overlapping) {
            if (isOlder(region, other.region())) {
                return;
            }
        }
        overlapping.forEach(this::remove);
        if (byStart.size() >= routesMax) {
            byStart.clear();
            startById.clear();
        }
        put(new Route(region, leaderStore));
    }

    /** Takes in what {@code store} says when it refuses a request for {@code asked}. */
    void learn(Region asked, long store, KvError refusal) {
        for (Region region : refusal.regions()) {
            learn(region, likelyLeader(store, refusal, region));
        }
        if (refusal.leaderStore() == 0) {
            return;
        }
        if (refusal.leaderAddress() != null) {
            learnAddress(refusal.leaderStore(), refusal.leaderAddress());
        }
        setLeader(asked.id(), refusal.leaderStore());
    }

    /** The children of a split are led where their parent was. */
    private static long likelyLeader(long store, KvError refusal, Region region) {
        long likely = refusal.leaderStore() == 0 ? store : refusal.leaderStore();
        boolean mayLead = refusal.kind() == KvError.Kind.STALE_EPOCH
                && region.peerOn(likely).isPresent();
        return mayLead ? likely : 0;
    }

    /** A server's word on who leads; taken if that store has a replica. */
    void setLeader(long regionId, long storeId) {
        Route known = byId(regionId);
        if (known != null
                && known.leaderStore() != storeId
                && known.region().peerOn(storeId).isPresent()) {
            put(known.ledBy(storeId));
        }
    }

    /** {@code storeId} does not lead the region, or cannot be reached. */
    void forgetLeader(long regionId, long storeId) {
        Route known = byId(regionId);
        if (known != null && known.leaderStore() == storeId) {
            put(known.ledBy(0));
        }
    }

    /** The descriptor is proved wrong and nothing newer is known. */
    void drop(Region region) {
        Route known = byId(region.id());
        if (known != null && known.region().epoch().equals(region.epoch())) {
            remove(known);
        }
    }

    int size() {
        return byStart.size();
    }

    private @Nullable Route byId(long regionId) {
        Key start = startById.get(regionId);
        return start == null ? null : byStart.get(start);
    }

    private void put(Route route) {
        byStart.put(route.region().range().startInclusive(), route);
        startById.put(route.region().id(), route.region().range().startInclusive());
    }

    private void remove(Route route) {
        byStart.remove(route.region().range().startInclusive());
        startById.remove(route.region().id());
    }

    private List<Route> overlapping(KeyRange range) {
        List<Route> found = new ArrayList<>();
        Key floor = byStart.floorKey(range.startInclusive());
        Key from = floor == null ? range.startInclusive() : floor;
        for (Route route : byStart.tailMap(from, true).values()) {
            KeyRange other = route.region().range();
            if (range.hasEnd() && other.startInclusive().compareTo(range.endExclusive()) >= 0) {
                break;
            }
            if (other.overlaps(range)) {
                found.add(route);
            }
        }
        return found;
    }

    /** Whether {@code told} is older than {@code known}, where both claim some of the same keys or the same id. */
    private static boolean isOlder(Region told, Region known) {
        Epoch epoch = told.epoch();
        return told.id() == known.id()
                ? epoch.isStalerThan(known.epoch())
                : epoch.version() < known.epoch().version();
    }
}
