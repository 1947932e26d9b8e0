package dev.cleave.placement.ctl.launch.config;

import dev.cleave.engine.wire.Address;
import dev.cleave.placement.ctl.launch.process.PlacementSettings;
import dev.cleave.placement.server.PlacementOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** All settings of a placement driver. */
public final class PlacementRegistry {
    private static final PlacementOptions OPTIONS = PlacementOptions.defaults();
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofHours(24);

    static final Setting<Path> DATA = LinkSettings.data("./data/pd");
    static final Setting<Address> LISTEN = Setting.of(
            "listen", Forms.address(), new Address("127.0.0.1", 2379), "Where stores, clients and tools reach it.");
    static final Setting<Address> HTTP = Setting.of(
            "http", Forms.address(), new Address("127.0.0.1", 2380), "Where its HTTP API is: status, metrics.");
    static final Setting<Address> ADVERTISE = LinkSettings.advertise("10.0.0.1:2379");
    static final Setting<Integer> REPLICAS =
            Setting.of("replicas", Forms.count(1, 9), OPTIONS.replicasMax(), "Voters that every region is brought to.");
    static final Setting<Duration> DISCONNECTED = Setting.of(
            "store-disconnected-after",
            Forms.time(SECOND.multipliedBy(4), DAY),
            OPTIONS.disconnectedAfter(),
            "A store not heard of for this long gets no more replicas and orders. Stores are heard of every 3 s.");
    static final Setting<Duration> DOWN = Setting.of(
            "store-down-after",
            Forms.time(SECOND.multipliedBy(5), DAY),
            OPTIONS.downAfter(),
            "A store not heard of for this long ends the operators that need it. Longer than store-disconnected-after.");
    static final Setting<Duration> CHECKS = Setting.of(
            "check-every",
            Forms.time(Duration.ZERO, DAY),
            OPTIONS.consistencyEvery(),
            "Pause between two regions whose replicas are compared, one after the other in key order; 0 for never.");
    static final Setting<Integer> ADDS = Setting.of(
            "copies-per-store-max",
            Forms.count(1, 1_000),
            OPTIONS.addsPerStoreMax(),
            "Replicas that are copied to one store at the same time.");

    static final List<Setting<?>> ALL = Stream.of(
                    List.of(DATA, LISTEN, HTTP, ADVERTISE, REPLICAS),
                    List.<Setting<?>>of(DISCONNECTED, DOWN, CHECKS, ADDS),
                    LinkSettings.DISK,
                    LinkSettings.NETWORK,
                    LinkSettings.WEB)
            .<Setting<?>>flatMap(List::stream)
            .toList();

    private PlacementRegistry() {}

    /** A placement driver as these settings say. */
    public static PlacementSettings settings(Settings from) {
        if (from.get(DOWN).compareTo(from.get(DISCONNECTED)) <= 0) {
            throw from.wrong(DOWN, "must be longer than store-disconnected-after (" + from.text(DISCONNECTED) + ")");
        }
        PlacementOptions options = OPTIONS.withReplicasMax(from.get(REPLICAS))
                .withStoreAges(from.get(DISCONNECTED), from.get(DOWN))
                .withConsistencyEvery(from.get(CHECKS))
                .withAddsPerStoreMax(from.get(ADDS));
        return new PlacementSettings(
                LinkSettings.server(from, DATA, LISTEN, HTTP, ADVERTISE, LinkSettings.log(from)), options);
    }
}
