package dev.cleave.placement.ctl.launch;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cleave.engine.wire.Address;
import dev.cleave.placement.ctl.launch.playground.FreePort;
import dev.cleave.placement.ctl.launch.process.Fatal;
import dev.cleave.placement.ctl.launch.process.PlacementProcess;
import dev.cleave.placement.ctl.launch.process.PlacementSettings;
import dev.cleave.placement.ctl.launch.process.StoreProcess;
import dev.cleave.placement.ctl.launch.process.StoreSettings;
import dev.cleave.placement.server.PlacementOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A placement driver that wants one replica of each region, and stores, two unless said otherwise, in this JVM on real ports. */
final class SmallCluster implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<AutoCloseable> parts = new ArrayList<>();
    final Address pd = FreePort.address();
    final Address pdHttp = FreePort.address();
    final Address http = FreePort.address();

    SmallCluster(Path directory) {
        this(directory, 2);
    }

    SmallCluster(Path directory, int stores) {
        PlacementSettings settings = PlacementSettings.of(directory.resolve("pd"), pd, pdHttp)
                .withOptions(PlacementOptions.defaults().withReplicasMax(1));
        PlacementProcess placement = PlacementProcess.start(settings, new Fatal("placement driver"));
        parts.add(placement::close);
        for (int store = 1; store <= stores; store++) {
            Address web = store == 1 ? http : FreePort.address();
            StoreProcess process = StoreProcess.start(
                    StoreSettings.of(directory.resolve("store" + store), List.of(pd), FreePort.address(), web)
                            .withNodesInProcess(1 + stores),
                    new Fatal("store"));
            parts.add(process::closeAtOnce);
        }
        await("all stores and a region with a leader")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() ->
                        run("status -o csv").out().matches("(?s).*,true,.*," + stores + "," + stores + ",1,0,0,0\n"));
    }

    Run run(String command) {
        return runWords((command + " --pd " + pd).split(" "));
    }

    Run runWords(String... words) {
        return Run.of(words);
    }

    JsonNode json(String command) throws IOException {
        return JSON.readTree(run(command + " -o json").out());
    }

    @Override
    public void close() throws Exception {
        for (int i = parts.size() - 1; i >= 0; i--) {
            parts.get(i).close();
        }
    }
}
