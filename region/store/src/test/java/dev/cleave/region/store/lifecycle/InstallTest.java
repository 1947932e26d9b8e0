package dev.cleave.region.store.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.agents.ManualAgentHost;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.gate.ReadAgents;
import dev.cleave.region.store.snapshot.ArrivedSnapshot;
import dev.cleave.region.store.snapshot.SnapshotContent;
import dev.cleave.region.store.snapshot.SnapshotFiles;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.ApplyTurn;
import dev.cleave.region.store.state.EngineDurableApplied;
import dev.cleave.region.store.state.PublishedRegions;
import dev.cleave.region.store.state.RegionStates;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstallTest {
    private final MemoryDisk disk = new MemoryDisk();
    private final MemoryStore engine = MemoryStore.open(disk, Randomness.seeded(1), 0);
    private final PublishedRegions published = new PublishedRegions();
    private final StoreState state = new StoreState(
            engine,
            new RegionStates(),
            published,
            new ApplyTurn(),
            new EngineDurableApplied(engine, 1, 1),
            new ReplicaLives(10),
            new Ranges(published));

    /** rules: 76 */
    @Test
    void theSplitThatMadeRoomIsDurableBeforeTheIntentIsForced() {
        Region before = region(1, "a", "z", new Epoch(1, 1));
        Region parent = region(1, "m", "z", new Epoch(1, 2));
        Region child = region(2, "a", "m", new Epoch(1, 2));
        write(before);
        engine.flush();
        write(parent);
        state.lives().found(2, 20, Life.INITIALIZED);
        DueSteps steps = new DueSteps();
        List<Region> durableAtIntent = new ArrayList<>();
        Install install = new Install(
                state,
                new ReadAgents(null, new ManualAgentHost((role, cause) -> {}), 1, 16),
                steps,
                new SnapshotFiles(engine.rangeFiles()),
                (region, replicaId, reason) -> {},
                () -> host(() -> {
                    disk.crash();
                    MemoryStore reopened = MemoryStore.open(disk, Randomness.seeded(2), 0);
                    RegionStates.load(reopened).regions().forEach(each -> durableAtIntent.add(each.region()));
                }));

        install.begin(2, 20, new ArrivedSnapshot(20, SnapshotContent.ofFiles(child, 90, 7, "snap-2", List.of())));
        for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
            step.run();
        }

        assertThat(durableAtIntent).containsExactly(parent);
    }

    private static Region region(long id, String from, String to, Epoch epoch) {
        KeyRange range = KeyRange.of(Key.utf8(from), Key.utf8(to));
        return new Region(id, range, epoch, List.of(new Peer(10 * id, 1, PeerRole.VOTER)));
    }

    private void write(Region region) {
        KvBatch batch = engine.newBatch();
        RegionStates.writeRegion(batch, new AppliedRegion(10, region, 42, 7));
        RegionStates.writeApplied(batch, new AppliedRegion(10, region, 42, 7));
        engine.write(batch);
    }

    /** A host that only hears of intents. */
    private static ReplicaHost host(Runnable onMark) {
        return (ReplicaHost) Proxy.newProxyInstance(
                InstallTest.class.getClassLoader(), new Class<?>[] {ReplicaHost.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("mark")) {
                        onMark.run();
                    }
                    return null;
                });
    }
}
