package dev.cleave.bench.peers;

import com.alipay.sofa.jraft.rhea.options.PlacementDriverOptions;
import com.alipay.sofa.jraft.rhea.options.RegionEngineOptions;
import com.alipay.sofa.jraft.rhea.options.RegionRouteTableOptions;
import com.alipay.sofa.jraft.rhea.options.configured.PlacementDriverOptionsConfigured;
import dev.cleave.bench.compare.Borders;
import dev.cleave.region.workload.rate.RateKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The Regions of RheaKV, the same for servers and clients. */
final class RheaRegions {
    static final String CLUSTER = "compare";
    private static final long KEYS = 100_000;

    private RheaRegions() {}

    static String servers(int firstPort) {
        return String.join(",", Ports.addresses(firstPort));
    }

    /** Routes without a placement driver. */
    static PlacementDriverOptions fixed(int regions, int firstPort) {
        List<RegionRouteTableOptions> routes = new ArrayList<>();
        for (int region = 1; region <= regions; region++) {
            RegionRouteTableOptions route = new RegionRouteTableOptions();
            route.setRegionId((long) region);
            route.setStartKeyBytes(border(regions, region - 1));
            route.setEndKeyBytes(border(regions, region));
            route.setInitialServerList(servers(firstPort));
            routes.add(route);
        }
        return PlacementDriverOptionsConfigured.newConfigured()
                .withFake(true)
                .withRegionRouteTableOptionsList(routes)
                .config();
    }

    static List<RegionEngineOptions> engines(int regions) {
        List<RegionEngineOptions> engines = new ArrayList<>();
        for (int region = 1; region <= regions; region++) {
            RegionEngineOptions engine = new RegionEngineOptions();
            engine.setRegionId((long) region);
            engine.setStartKeyBytes(border(regions, region - 1));
            engine.setEndKeyBytes(border(regions, region));
            engines.add(engine);
        }
        return engines;
    }

    /** Null before the first and after the last: without a bound. */
    private static byte @Nullable [] border(int regions, int number) {
        return number == 0 || number == regions
                ? null
                : RateKeys.key(Borders.of(regions, KEYS).get(number - 1)).bytes();
    }
}
