package dev.cleave.tests.simulator;

import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.RegionView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A placement driver, stores and clients on one simulated world. The invariants are looked at as it runs. */
public final class SimCluster {
    private static final long LOOK_NANOS = 20_000_000L;

    private final World world;
    private final SimNetwork network;
    private final SimPlacement placement;
    private final List<SimStore> stores = new ArrayList<>();
    private final SimClients clients;
    private final Watch watch = new Watch();
    private List<RegionView> seenRegions = List.of();
    private long nextLookNanos;

    public SimCluster(long seed, int storeCount) {
        world = new World(seed);
        network = new SimNetwork(world);
        Crashes crashes = new Crashes();
        placement = new SimPlacement(world, network, crashes);
        for (int number = 1; number <= storeCount; number++) {
            stores.add(new SimStore(world, network, crashes, number));
        }
        clients = new SimClients(world, network);
    }

    public World world() {
        return world;
    }

    SimNetwork network() {
        return network;
    }

    SimPlacement placement() {
        return placement;
    }

    List<SimStore> stores() {
        return stores;
    }

    SimClients clients() {
        return clients;
    }

    Watch watch() {
        return watch;
    }

    /** Runs events for {@code nanos}, looking at the invariants every now and then. */
    void runFor(long nanos) {
        long end = world.nanos() + nanos;
        while (world.nanos() < end) {
            long step = Math.min(LOOK_NANOS, end - world.nanos());
            world.runFor(step);
            look();
        }
    }

    /** Runs until {@code isTrue}; a violation if that takes more than {@code limitNanos}. */
    void runUntil(String what, long limitNanos, BooleanSupplier isTrue) {
        long end = world.nanos() + limitNanos;
        while (!isTrue.getAsBoolean()) {
            if (world.nanos() >= end) {
                throw new Violation("after " + limitNanos / 1_000_000 + " ms still not so: " + what + "; " + describe());
            }
            world.runFor(LOOK_NANOS);
            look();
        }
    }

    private void look() {
        if (world.nanos() >= nextLookNanos) {
            nextLookNanos = world.nanos() + LOOK_NANOS;
            for (SimStore store : stores) {
                if (store.isUp()) {
                    watch.look(store.number(), store.statuses());
                }
            }
        }
    }

    /** What PD knows of the regions; renewed by {@link #askRegions}. */
    List<RegionView> seenRegions() {
        return seenRegions;
    }

    void askRegions() {
        ask(new PdRequest.ListRegions(0), reply -> {
            if (reply instanceof PdReply.Regions regions) {
                seenRegions = regions.regions();
            }
        });
    }

    void ask(PdRequest request, Consumer<PdReply> answer) {
        if (placement.isUp()) {
            placement.ask(request, answer);
        }
    }

    String describe() {
        StringBuilder text = new StringBuilder();
        seenRegions.forEach(view -> text.append("\n  pd: ").append(view));
        for (SimStore store : stores) {
            text.append("\n  store ").append(store.number()).append(store.isUp() ? " up" : " down");
            if (store.isUp()) {
                store.statuses().forEach(status -> text.append("\n    ").append(status));
            }
        }
        return text.toString();
    }
}
