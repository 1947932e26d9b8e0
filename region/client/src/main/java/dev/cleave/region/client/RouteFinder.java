package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Asks the placement driver for routes that are missing, a few questions at a time, and keeps asking while somebody waits; and
 * refreshes doubtful ones in the background. Waiters are bounded by the calls in flight.
 */
@OwnedBy("client loop")
final class RouteFinder {
    /** Who waits for the route of a key. Called on the loop. */
    interface Waiter {
        /** The cache now holds the route. */
        void onRoute();

        /** Not found yet; it is asked again. */
        void onTrouble(String why);
    }

    private static final int LOOKUPS_MAX = 8;
    private static final int REFRESHES_MAX = 64;
    /** Regions behind the one wanted that are fetched along with it. */
    private static final int ROUTES_AHEAD = 32;

    private static final long LOOKUP_NANOS = Duration.ofSeconds(2).toNanos();

    private final Rim rim;
    private final PdAsker placement;
    private final RouteCache routes;
    private final Counters counters;
    private final Backoff backoff;
    private final Map<Waiter, Key> waiters = new LinkedHashMap<>();
    private final Set<Key> lookups = new LinkedHashSet<>();
    private final Set<Key> refreshes = new LinkedHashSet<>();
    private boolean isPausing;

    RouteFinder(Rim rim, ClientConfig config, PdAsker placement, RouteCache routes, Counters counters) {
        this.rim = rim;
        this.placement = placement;
        this.routes = routes;
        this.counters = counters;
        this.backoff = new Backoff(
                rim.randomness(),
                config.backoffMin().toNanos(),
                config.backoffMax().toNanos());
    }

    /** Tells {@code waiter} once the route of {@code key} is cached. */
    void find(Key key, Waiter waiter) {
        waiters.put(waiter, key);
        askForWaiters();
    }

    void forget(Waiter waiter) {
        waiters.remove(waiter);
    }

    /** Asks anew for a route that is in doubt; nobody waits for it. */
    void refresh(Key key) {
        if (refreshes.size() >= REFRESHES_MAX || !refreshes.add(key)) {
            return;
        }
        counters.routeLookups.increment();
        placement.ask(new PdRequest.FindRoute(key), rim.clock().nanos() + LOOKUP_NANOS, new PdAsker.Outcome() {
            @Override
            public void onReply(PdReply reply) {
                refreshes.remove(key);
                learn(reply);
            }

            @Override
            public void onFailure(Failure failure) {
                refreshes.remove(key);
            }
        });
    }

    private void askForWaiters() {
        if (isPausing) {
            return;
        }
        for (Key key : new ArrayList<>(waiters.values())) {
            if (lookups.size() >= LOOKUPS_MAX) {
                return;
            }
            if (routes.find(key) == null && lookups.add(key)) {
                lookUp(key);
            }
        }
    }

    private void lookUp(Key key) {
        counters.routeLookups.increment();
        KeyRange from = KeyRange.of(key, Key.EMPTY);
        PdRequest question = new PdRequest.ScanRoutes(from, ROUTES_AHEAD);
        placement.ask(question, rim.clock().nanos() + LOOKUP_NANOS, new PdAsker.Outcome() {
            @Override
            public void onReply(PdReply reply) {
                lookups.remove(key);
                learn(reply);
                answered(key, reply);
            }

            @Override
            public void onFailure(Failure failure) {
                lookups.remove(key);
                failed(key, failure.message());
            }
        });
    }

    private void answered(Key key, PdReply reply) {
        if (routes.find(key) != null) {
            backoff.reset();
            resumeWaiters();
            askForWaiters();
        } else if (reply instanceof PdReply.Refused refused) {
            failed(key, refused.message());
        } else {
            failed(key, "the placement driver knows no region for key " + key + " yet");
        }
    }

    private void failed(Key key, String why) {
        List<Waiter> concerned = new ArrayList<>();
        waiters.forEach((waiter, wanted) -> {
            if (wanted.equals(key)) {
                concerned.add(waiter);
            }
        });
        concerned.forEach(waiter -> waiter.onTrouble(why));
        resumeWaiters();
        if (!isPausing && !waiters.isEmpty()) {
            isPausing = true;
            rim.timers().schedule(backoff.nextNanos(), () -> {
                isPausing = false;
                resumeWaiters();
                askForWaiters();
            });
        }
    }

    private void resumeWaiters() {
        List<Waiter> found = new ArrayList<>();
        waiters.forEach((waiter, key) -> {
            if (routes.find(key) != null) {
                found.add(waiter);
            }
        });
        for (Waiter waiter : found) {
            if (waiters.remove(waiter) != null) {
                waiter.onRoute();
            }
        }
    }

    private void learn(PdReply reply) {
        if (reply instanceof PdReply.Routes found) {
            for (StoreInfo store : found.stores()) {
                routes.learnAddress(store.id(), store.address());
            }
            for (RegionView view : found.regions()) {
                routes.learn(view.region(), view.leaderStore());
            }
        }
    }
}
