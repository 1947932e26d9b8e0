package dev.cleave.region.store.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.engine.kv.RangeFiles;
import dev.cleave.engine.log.GroupImage;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import dev.cleave.region.replica.GroupStart;
import dev.cleave.region.store.snapshot.SnapshotContent;
import dev.cleave.region.store.snapshot.SnapshotFiles;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.ApplyTurn;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.EngineDurableApplied;
import dev.cleave.region.store.state.ForgottenReplicas;
import dev.cleave.region.store.state.PublishedRegions;
import dev.cleave.region.store.state.RegionStates;
import dev.cleave.region.store.state.Tombstone;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Region 1 is [a, m) and region 2 is [m, z); replica 10 of region 1 is this store's, among others. */
class RecoveryTest {
    private final MemoryDisk disk = new MemoryDisk();
    private MemoryStore engine = MemoryStore.open(disk, Randomness.seeded(1), 0);
    private final Region one = region(1, "a", "m", new Peer(10, 1, PeerRole.VOTER), new Peer(11, 2, PeerRole.VOTER));
    private final Region two = region(2, "m", "z", new Peer(20, 1, PeerRole.VOTER));

    private StoreState state;
    private ForgottenReplicas forgotten;
    private boolean isLogDamaged;

    /** It may have voted, and that vote may be what the log has lost. */
    @Test
    void aNewbornThatADamagedLogDoesNotKnowIsPutAside() {
        write(one, 10, 5, 5, "b", "one");
        isLogDamaged = true;

        Recovery.Recovered recovered = recover();

        assertThat(recovered.starts()).isEmpty();
        assertThat(state.lives().of(1)).isEqualTo(Life.TOMBSTONE);
    }

    @Test
    void afterALossNobodyThatMayBeForgottenBeginsUntilThePlacementDriverSaysWhoIsNew() {
        write(two, 20, 42, 7, "p", "two");
        isLogDamaged = true;
        recover(image(2, 20, 50));
        assertThat(forgotten.mayHold(1_000_000)).isTrue();
        disk.crash();
        engine = MemoryStore.open(disk, Randomness.seeded(1), 0);
        isLogDamaged = false;
        recover(image(2, 20, 50));
        assertThat(forgotten.mayHold(1_000_000)).isTrue();

        forgotten.told(0);
        assertThat(forgotten.isTold()).isFalse();
        forgotten.told(300);
        forgotten.told(400);

        assertThat(forgotten.mayHold(299)).isTrue();
        assertThat(forgotten.mayHold(300)).isFalse();
        recover(image(2, 20, 50));
        assertThat(forgotten.mayHold(299)).isTrue();
        assertThat(forgotten.mayHold(300)).isFalse();
    }

    @Test
    void aLogThatLacksWhatTheEngineKnowsIsDamagedWhateverItSays() {
        write(one, 10, 42, 7, "b", "one");

        recover();

        assertThat(forgotten.mayHold(1_000_000)).isTrue();
    }

    @Test
    void anOnlyVoterThatWasKeptIsNoNewsOfALoss() {
        write(two, 20, 42, 7, "p", "two");
        recover();
        forgotten.told(300);

        recover();

        assertThat(forgotten.mayHold(300)).isFalse();
        assertThat(state.lives().is(2, 20, Life.INITIALIZED)).isTrue();
    }

    @Test
    void aLossIsNewsThoughThereWasOneBefore() {
        write(one, 10, 42, 7, "b", "one");
        isLogDamaged = true;
        recover(image(1, 10, 50));
        forgotten.told(300);
        isLogDamaged = false;

        recover();

        assertThat(forgotten.mayHold(1_000_000)).isTrue();
    }

    /** A start has ended it for its broken log, and then its split was applied again. */
    @Test
    void anOnlyVoterWithATombstoneStaysDown() {
        KvBatch batch = engine.newBatch();
        RegionStates.writeTombstone(batch, new Tombstone(2, 20, Epoch.NONE));
        engine.write(batch);
        write(two, 20, 5, 5, "p", "two");

        Recovery.Recovered recovered = recover();

        assertThat(recovered.starts()).isEmpty();
        assertThat(state.lives().is(2, 20, Life.INITIALIZED)).isTrue();
        assertThat(get("p")).isEqualTo(Value.utf8("two"));
    }

    @Test
    void aChildOutlivesThatAnOnlyVoterIsDown() {
        write(two, 20, 42, 7, "p", "two");

        Recovery.Recovered recovered = recover(image(2, 20, 50, LifecycleMark.NONE, true), image(9, 99, 20));

        assertThat(recovered.toForget()).isEmpty();
        assertThat(state.lives().is(9, 99, Life.UNINITIALIZED)).isTrue();
    }

    @Test
    void aSoundLogForgetsNobody() {
        write(one, 10, 42, 7, "b", "one");

        recover(image(1, 10, 50));

        assertThat(forgotten.mayHold(1)).isFalse();
    }

    @Test
    void regionsStartWhereTheEngineStands() {
        write(one, 10, 42, 7, "b", "one");
        write(two, 20, 5, 5, "p", "two");

        Recovery.Recovered recovered = recover(image(1, 10, 50));

        assertThat(recovered.starts()).extracting(GroupStart::group).containsExactly(1L, 2L);
        assertThat(recovered.starts().get(0).appliedIndex()).isEqualTo(42);
        assertThat(recovered.starts().get(0).membership().voters()).containsExactly(10, 11);
        assertThat(state.published().now().size()).isEqualTo(2);
        assertThat(state.lives().is(2, 20, Life.INITIALIZED)).isTrue();
    }

    @Test
    void anOpenDestructionIsCarriedOutAgainAndSparesWhatOthersHold() {
        write(one, 10, 42, 7, "b", "one");
        Region successor = region(3, "g", "m", new Peer(30, 1, PeerRole.VOTER));
        write(successor, 30, 9, 7, "h", "three");
        byte[] mark = new LifecycleMark.Destroying(one.epoch(), one.range()).encode();

        Recovery.Recovered recovered = recover(image(1, 10, 50, mark, false), image(3, 30, 9));

        assertThat(recovered.starts()).extracting(GroupStart::group).containsExactly(3L);
        assertThat(recovered.toForget()).containsExactly(new Recovery.Replica(1, 10));
        assertThat(state.lives().of(1)).isEqualTo(Life.TOMBSTONE);
        assertThat(get("b")).isNull();
        assertThat(get("h")).isEqualTo(Value.utf8("three"));
        disk.crash();
        engine = MemoryStore.open(disk, Randomness.seeded(1), 0);
        assertThat(RegionStates.load(engine).tombstones()).containsExactly(new Tombstone(1, 10, one.epoch()));
        assertThat(get("b")).isNull();
    }

    /** rules: 76 */
    @Test
    void anOpenInstallationIsCarriedOutAgain() {
        SnapshotContent content = export(one, 90, "b", "from the snapshot");
        write(one, 10, 42, 7, "c", "old");
        byte[] mark = new LifecycleMark.Installing(content).encode();

        Recovery.Recovered recovered = recover(image(1, 10, 50, mark, false));

        assertThat(recovered.starts().get(0).appliedIndex()).isEqualTo(90);
        assertThat(recovered.toUnmark()).hasSize(1);
        assertThat(get("b")).isEqualTo(Value.utf8("from the snapshot"));
        assertThat(get("c")).isNull();
        assertThat(engine.rangeFiles().list()).isNotEmpty();
    }

    /** rules: 76 */
    @Test
    void anOpenInstallationOfPairsIsCarriedOutAgainFromItsMarkAlone() {
        SnapshotContent content = inline(one, 90, "b", "from the snapshot");
        write(one, 10, 42, 7, "c", "old");
        engine.flush();

        Recovery.Recovered recovered = recover(image(1, 10, 50, new LifecycleMark.Installing(content).encode(), false));

        assertThat(recovered.starts().get(0).appliedIndex()).isEqualTo(90);
        disk.crash();
        engine = MemoryStore.open(disk, Randomness.seeded(1), 0);
        assertThat(get("b")).isEqualTo(Value.utf8("from the snapshot"));
        assertThat(get("c")).isNull();
    }

    @Test
    void anInstallationThatWasDurableIsNotRepeated() {
        SnapshotContent content = export(one, 90, "b", "from the snapshot");
        write(one, 10, 95, 7, "b", "newer");

        Recovery.Recovered recovered = recover(image(1, 10, 95, new LifecycleMark.Installing(content).encode(), false));

        assertThat(recovered.starts().get(0).appliedIndex()).isEqualTo(95);
        assertThat(get("b")).isEqualTo(Value.utf8("newer"));
        assertThat(recovered.toUnmark()).hasSize(1);
    }

    @Test
    void aFirstInstallationNeedsNoEarlierState() {
        SnapshotContent content = export(one, 90, "b", "from the snapshot");

        Recovery.Recovered recovered = recover(image(1, 10, 0, new LifecycleMark.Installing(content).encode(), false));

        assertThat(recovered.starts().get(0).appliedIndex()).isEqualTo(90);
        assertThat(state.published().byId(1).region()).isEqualTo(one);
    }

    @Test
    void aReplicaWithADamagedLogNeverVotesAgain() {
        write(one, 10, 42, 7, "b", "one");

        Recovery.Recovered recovered = recover(image(1, 10, 50, LifecycleMark.NONE, true));

        assertThat(recovered.starts()).isEmpty();
        assertThat(recovered.toForget()).containsExactly(new Recovery.Replica(1, 10));
        assertThat(state.lives().mayCreate(1, 10)).isFalse();
        assertThat(state.lives().mayCreate(1, 12)).isTrue();
    }

    @Test
    void aReplicaWhoseLogIsMissingNeverVotesAgainEither() {
        write(one, 10, 42, 7, "b", "one");

        Recovery.Recovered recovered = recover();

        assertThat(recovered.starts()).isEmpty();
        assertThat(state.lives().of(1)).isEqualTo(Life.TOMBSTONE);
    }

    @Test
    void aReplicaWhoseDataAreLostIsPutAsideWithItsLog() {
        write(one, 10, 42, 7, "b", "one");
        markLost(one);

        Recovery.Recovered recovered = recover(image(1, 10, 50));

        assertThat(recovered.starts()).isEmpty();
        assertThat(recovered.toForget()).containsExactly(new Recovery.Replica(1, 10));
        assertThat(state.lives().destroyed()).containsExactly(10L);
        assertThat(RegionStates.load(engine).withoutData()).isEmpty();
    }

    @Test
    void anOpenInstallationBringsLostDataBack() {
        SnapshotContent content = export(one, 90, "b", "from the snapshot");
        write(one, 10, 42, 7, "c", "old");
        markLost(one);

        Recovery.Recovered recovered = recover(image(1, 10, 50, new LifecycleMark.Installing(content).encode(), false));

        assertThat(recovered.starts().get(0).appliedIndex()).isEqualTo(90);
        assertThat(get("b")).isEqualTo(Value.utf8("from the snapshot"));
        assertThat(RegionStates.load(engine).withoutData()).isEmpty();
    }

    @Test
    void anInstallationThatWasDurableDoesNotHideThatItsDataAreLost() {
        SnapshotContent content = export(one, 90, "b", "from the snapshot");
        write(one, 10, 95, 7, "b", "newer");
        markLost(one);

        Recovery.Recovered recovered = recover(image(1, 10, 95, new LifecycleMark.Installing(content).encode(), false));

        assertThat(recovered.starts()).isEmpty();
        assertThat(recovered.toUnmark()).isEmpty();
        assertThat(state.lives().of(1)).isEqualTo(Life.TOMBSTONE);
    }

    @Test
    void theOnlyVoterKeepsItsDataForRescue() {
        write(two, 20, 42, 7, "p", "two");

        Recovery.Recovered recovered = recover(image(2, 20, 50, LifecycleMark.NONE, true));

        assertThat(recovered.starts()).isEmpty();
        assertThat(recovered.toForget()).isEmpty();
        assertThat(get("p")).isEqualTo(Value.utf8("two"));
        assertThat(state.lives().mayCreate(2, 21)).isFalse();
    }

    @Test
    void aReplicaThatOnlyTheLogKnowsIsLeftToTheHost() {
        Recovery.Recovered recovered = recover(image(9, 99, 20));

        assertThat(recovered.starts()).isEmpty();
        assertThat(state.lives().is(9, 99, Life.UNINITIALIZED)).isTrue();
        assertThat(state.lives().mayBeBorn(9, 99)).isTrue();
    }

    @Test
    void aChildWhoseParentsLogIsLostIsLeftToASuccessor() {
        write(one, 10, 42, 7, "b", "one");

        Recovery.Recovered recovered = recover(image(1, 10, 50, LifecycleMark.NONE, true), image(9, 99, 20));

        assertThat(recovered.toForget()).containsExactly(new Recovery.Replica(1, 10), new Recovery.Replica(9, 99));
        assertThat(state.lives().of(9)).isEqualTo(Life.TOMBSTONE);
    }

    @Test
    void leftoverFilesAreSwept() {
        export(two, 90, "p", "left over");

        recover();

        assertThat(engine.rangeFiles().list()).isEmpty();
    }

    private Recovery.Recovered recover(GroupImage... images) {
        engine.flush();
        forgotten = new ForgottenReplicas(engine);
        PublishedRegions published = new PublishedRegions();
        state = new StoreState(
                engine,
                new RegionStates(),
                published,
                new ApplyTurn(),
                new EngineDurableApplied(engine, 1, 1),
                new ReplicaLives(10),
                new Ranges(published));
        return Recovery.run(state, List.of(images), isLogDamaged, forgotten, new SnapshotFiles(engine.rangeFiles()));
    }

    /** Makes the files of a snapshot that holds one pair, and leaves the engine as it was. */
    private SnapshotContent export(Region region, long index, String key, String value) {
        byte[] dataKey = DataKeys.toData(Key.utf8(key));
        KvBatch batch = engine.newBatch();
        batch.put(Family.DATA, dataKey, DataKeys.toStored(Value.utf8(value)));
        engine.write(batch);
        String prefix = "snap-" + region.id() + "-10-" + index + "-1";
        try (KvSnapshot snapshot = engine.snapshot()) {
            List<RangeFiles.Info> files =
                    engine.rangeFiles().export(snapshot, DataKeys.toData(region.range()), prefix, 1 << 20);
            KvBatch undo = engine.newBatch();
            undo.delete(Family.DATA, dataKey);
            engine.write(undo);
            return SnapshotContent.ofFiles(region, index, 7, prefix, files);
        }
    }

    private SnapshotContent inline(Region region, long index, String key, String value) {
        WireWriter pairs = new WireWriter(64, 1 << 10);
        byte[] dataKey = DataKeys.toData(Key.utf8(key));
        byte[] stored = DataKeys.toStored(Value.utf8(value));
        ByteBuffer bytes = ByteBuffer.allocate(8 + dataKey.length + stored.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(dataKey.length)
                .put(dataKey)
                .putInt(stored.length)
                .put(stored)
                .flip();
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        SnapshotContent.ofFiles(region, index, 7, "none", List.of()).write(pairs);
        pairs.u32((int) crc.getValue()).u32(bytes.remaining()).bytes(bytes);
        return SnapshotContent.readWithPairs(new WireReader(pairs.finish()));
    }

    private void write(Region region, long replicaId, long index, long term, String key, String value) {
        KvBatch batch = engine.newBatch();
        AppliedRegion applied = new AppliedRegion(replicaId, region, index, term);
        RegionStates.writeRegion(batch, applied);
        RegionStates.writeApplied(batch, applied);
        batch.put(Family.DATA, DataKeys.toData(Key.utf8(key)), DataKeys.toStored(Value.utf8(value)));
        engine.write(batch);
    }

    private void markLost(Region region) {
        KvBatch batch = engine.newBatch();
        batch.put(
                Family.META,
                java.nio.ByteBuffer.allocate(9)
                        .put((byte) 'x')
                        .putLong(region.id())
                        .array(),
                RegionStates.lostMark());
        engine.write(batch);
    }

    private Value get(String key) {
        byte[] stored = engine.get(Family.DATA, DataKeys.toData(Key.utf8(key)));
        return stored == null ? null : DataKeys.toValue(stored);
    }

    private static GroupImage image(long group, long replicaId, long lastIndex) {
        return image(group, replicaId, lastIndex, LifecycleMark.NONE, false);
    }

    private static GroupImage image(long group, long replicaId, long last, byte[] mark, boolean isBroken) {
        return new GroupImage(
                group, replicaId, true, 7, 0, last, 5, 5, 6, last, new long[] {6}, new long[] {7}, mark, isBroken);
    }

    private static Region region(long id, String start, String end, Peer... peers) {
        return new Region(id, KeyRange.of(Key.utf8(start), Key.utf8(end)), new Epoch(3, 2), List.of(peers));
    }
}
