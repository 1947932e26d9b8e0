package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.placement.ctl.launch.process.Fatal;
import dev.cleave.placement.ctl.launch.process.PlacementProcess;
import dev.cleave.placement.ctl.launch.process.PlacementSettings;
import dev.cleave.placement.ctl.launch.process.StoreProcess;
import dev.cleave.placement.ctl.launch.process.StoreSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** All nodes in this JVM, each with its own directory, ports and threads, speaking over real sockets; one memory budget for all. */
final class InProcessNodes implements Nodes {
    private final Places places;
    private final Map<Integer, StoreProcess> stores = new TreeMap<>();
    private @Nullable PlacementProcess placement;

    InProcessNodes(Places places) {
        this.places = places;
    }

    @Override
    public void startPlacement() {
        placement = PlacementProcess.start(
                PlacementSettings.of(places.placementData(), places.placement(), places.placementHttp()),
                new Fatal("playground"));
    }

    @Override
    public void startStores(List<Integer> numbers) {
        numbers.forEach(this::startStore);
    }

    private void startStore(int number) {
        if (!stores.containsKey(number)) {
            StoreSettings settings = StoreSettings.of(
                            places.storeData(number),
                            List.of(places.placement()),
                            places.store(number),
                            places.storeHttp(number))
                    .withNodesInProcess(Places.NODES);
            stores.put(number, StoreProcess.start(settings, new Fatal("playground")));
        }
    }

    @Override
    public boolean canKill() {
        return false;
    }

    @Override
    public void killStore(int number) {
        throw new UnsupportedOperationException("nodes in one JVM cannot be killed one by one; use --processes");
    }

    @Override
    public void haltStore(int number) {
        StoreProcess store = stores.remove(number);
        if (store == null) {
            throw new IllegalArgumentException("store" + number + " does not run");
        }
        store.closeAtOnce();
    }

    /** All stores at once, for they stop together: leaders have nowhere to go. */
    @Override
    public void close() {
        List<CompletableFuture<Void>> stopping = new ArrayList<>();
        stores.values()
                .forEach(store -> stopping.add(CompletableFuture.runAsync(store::closeAtOnce, task -> {
                    Thread thread = new Thread(task, "playground-stop");
                    thread.setDaemon(true);
                    thread.start();
                })));
        stopping.forEach(CompletableFuture::join);
        stores.clear();
        PlacementProcess pd = placement;
        if (pd != null) {
            pd.close();
            placement = null;
        }
    }
}
