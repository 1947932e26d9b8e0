package dev.cleave.region.store.apply;

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
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.ConfChange;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.replica.GroupChange;
import dev.cleave.region.replica.Refusal;
import dev.cleave.region.store.check.CheckCommand;
import dev.cleave.region.store.expiry.SweepCommand;
import dev.cleave.region.store.lifecycle.Births;
import dev.cleave.region.store.lifecycle.ReplicaLives;
import dev.cleave.region.store.migrate.ChangeRequest;
import dev.cleave.region.store.split.SplitApply;
import dev.cleave.region.store.split.SplitCommand;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.ApplyTurn;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.DigestReading;
import dev.cleave.region.store.state.EngineDurableApplied;
import dev.cleave.region.store.state.ForgottenReplicas;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import dev.cleave.region.store.state.RegionDigest;
import dev.cleave.region.store.state.RegionStates;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KvStateMachineTest {
    private final MemoryDisk disk = new MemoryDisk();
    private final MemoryStore engine = MemoryStore.open(disk, Randomness.seeded(1), 0);
    private final RegionStates states = new RegionStates();
    private final PublishedRegions published = new PublishedRegions();
    private final ReplicaLives lives = new ReplicaLives(10);
    private final ForgottenReplicas forgotten = new ForgottenReplicas(engine);
    private final List<String> events = new ArrayList<>();
    private final KvStateMachine machine = new KvStateMachine(
            engine,
            states,
            published,
            new ApplyTurn(),
            new EngineDurableApplied(engine, 1, 1),
            new SplitApply(1, states, new Births(lives, forgotten, (region, replica) -> {})),
            new ApplyListener() {
                @Override
                public void divided(long parent, List<LocalRegion> born) {
                    events.add("divided " + parent + " "
                            + born.stream().map(LocalRegion::id).toList());
                }

                @Override
                public void checkDue(AppliedRegion region, long checkId, KvSnapshot view) {
                    RegionDigest digest;
                    try (DigestReading reading =
                            DigestReading.of(view, region.id()).orElseThrow()) {
                        reading.read(Long.MAX_VALUE);
                        digest = reading.digest();
                    }
                    events.add("check " + checkId + " at " + digest.appliedIndex() + " keys " + digest.keys());
                }

                @Override
                public void judgedBy(long millis) {
                    events.add("judged by " + millis);
                }

                @Override
                public void expires(long region, long expiryMillis) {
                    events.add("expires at " + expiryMillis);
                }

                @Override
                public void grown(long region) {
                    events.add("grown " + region);
                }
            },
            1 << 20);

    private final Epoch epoch = new Epoch(1, 1);
    private long index = 5;

    KvStateMachineTest() {
        Region region = new Region(
                1, KeyRange.of(Key.utf8("a"), Key.utf8("t")), epoch, List.of(new Peer(11, 1, PeerRole.VOTER)));
        states.put(new AppliedRegion(11, region, 5, 5));
        published.change(List.of(new LocalRegion(region, 11)), List.of());
    }

    @Test
    void writesOfOneTurnBecomeVisibleTogetherWithTheirIndex() {
        Told put = apply(new KvCommand.Put(Key.utf8("k"), Value.utf8("v")));
        Told delete = apply(new KvCommand.Delete(Key.utf8("x")));
        assertThat(put.said).isEmpty();
        assertThat(get("k")).isNull();

        machine.endTurn();

        assertThat(put.said).containsExactly("Done[]");
        assertThat(delete.said).containsExactly("KEY_NOT_IN_REGION");
        assertThat(get("k")).isEqualTo("v");
        assertThat(found(1).index()).isEqualTo(7);
    }

    @Test
    void anEntryOfAnotherVersionIsSkippedButCounted() {
        Told stale = apply(new Epoch(1, 2), new KvCommand.Put(Key.utf8("k"), Value.utf8("v")));
        Told otherConf = apply(new Epoch(9, 1), new KvCommand.Put(Key.utf8("l"), Value.utf8("w")));
        Told outside = apply(new KvCommand.Put(Key.utf8("z"), Value.utf8("v")));
        machine.endTurn();

        assertThat(stale.said).containsExactly("STALE_EPOCH");
        assertThat(otherConf.said).containsExactly("Done[]");
        assertThat(outside.said).containsExactly("KEY_NOT_IN_REGION");
        assertThat(get("k")).isNull();
        assertThat(found(1).index()).isEqualTo(8);
    }

    @Test
    void compareAndSetSeesEarlierEntriesOfItsTurn() {
        Key key = Key.utf8("k");
        apply(new KvCommand.Put(key, Value.utf8("1")));
        Told set = apply(new KvCommand.CompareAndSet(key, Value.utf8("1"), Value.utf8("2")));
        Told missed = apply(new KvCommand.CompareAndSet(key, Value.utf8("1"), Value.utf8("3")));
        apply(new KvCommand.DeleteRange(KeyRange.of(Key.utf8("j"), Key.utf8("l"))));
        Told ifAbsent = apply(new KvCommand.CompareAndSet(key, null, Value.utf8("4")));
        machine.endTurn();

        assertThat(set.said).containsExactly(new KvResult.Compared(true, Value.utf8("1")).toString());
        assertThat(missed.said).containsExactly(new KvResult.Compared(false, Value.utf8("2")).toString());
        assertThat(ifAbsent.said).containsExactly(new KvResult.Compared(true, null).toString());
        assertThat(get("k")).isEqualTo("4");
    }

    @Test
    void aBatchIsAllOrNothing() {
        apply(new KvCommand.Batch(List.of(
                new KvCommand.Change(Key.utf8("b"), Value.utf8("1")),
                new KvCommand.Change(Key.utf8("zz"), Value.utf8("2")))));
        Told whole = apply(new KvCommand.Batch(List.of(
                new KvCommand.Change(Key.utf8("c"), Value.utf8("1")), new KvCommand.Change(Key.utf8("d"), null))));
        machine.endTurn();

        assertThat(get("b")).isNull();
        assertThat(get("c")).isEqualTo("1");
        assertThat(whole.said).containsExactly("Done[]");
    }

    @Test
    void aSplitChangesTheEpochForTheEntriesBehindIt() {
        SplitCommand split = new SplitCommand(epoch, List.of(new SplitCommand.Piece(Key.utf8("m"), 2, List.of(21L))));
        Told told = new Told(EntryType.ADMIN);
        GroupChange change = machine.apply(1, ++index, 6, EntryType.ADMIN, split.encode(), told);
        Told behind = apply(new KvCommand.Put(Key.utf8("k"), Value.utf8("v")));
        Told again = new Told(EntryType.ADMIN);
        GroupChange second = machine.apply(1, ++index, 6, EntryType.ADMIN, split.encode(), again);
        machine.endTurn();

        GroupChange.Divided divided = (GroupChange.Divided) change;
        assertThat(divided.children())
                .extracting(child -> child.group() + "/" + child.replicaId() + "@" + child.appliedIndex())
                .containsExactly("2/21@5");
        assertThat(divided.parentPlaces().epoch()).isEqualTo(new Epoch(1, 2));
        assertThat(behind.said).containsExactly("STALE_EPOCH");
        assertThat(second).isNull();
        assertThat(again.said).containsExactly("STALE_EPOCH");
        assertThat(published.byId(2).region().range()).isEqualTo(KeyRange.of(Key.utf8("a"), Key.utf8("m")));
        assertThat(found(2).index()).isEqualTo(5);
        assertThat(events).containsExactly("divided 1 [2]");
    }

    @Test
    void aCheckSeesWhatStandsBeforeItAndNothingBehindIt() {
        KvBatch descriptor = engine.newBatch();
        RegionStates.writeRegion(descriptor, found(1));
        engine.write(descriptor);
        apply(new KvCommand.Put(Key.utf8("b"), Value.utf8("1")));
        machine.apply(1, ++index, 6, EntryType.ADMIN, new CheckCommand(7).encode(), null);
        long checked = index;
        apply(new KvCommand.Put(Key.utf8("c"), Value.utf8("2")));
        machine.endTurn();

        assertThat(events).contains("check 7 at " + checked + " keys 1");
    }

    @Test
    void aChildThatWasReplacedMeanwhileIsSkippedAndItsDataCleared() {
        apply(new KvCommand.Put(Key.utf8("b"), Value.utf8("left")));
        apply(new KvCommand.Put(Key.utf8("p"), Value.utf8("right")));
        lives.mayCreate(2, 99);
        SplitCommand split = new SplitCommand(epoch, List.of(new SplitCommand.Piece(Key.utf8("m"), 2, List.of(21L))));

        GroupChange change = machine.apply(1, ++index, 6, EntryType.ADMIN, split.encode(), null);
        machine.endTurn();

        assertThat(((GroupChange.Divided) change).children()).isEmpty();
        assertThat(published.byId(2)).isNull();
        assertThat(get("b")).isNull();
        assertThat(get("p")).isEqualTo("right");
    }

    @Test
    void anOnlyVoterThatMayBeForgottenKeepsItsDataButDoesNotBegin() {
        apply(new KvCommand.Put(Key.utf8("b"), Value.utf8("left")));
        forgotten.logDamaged();
        SplitCommand split = new SplitCommand(epoch, List.of(new SplitCommand.Piece(Key.utf8("m"), 2, List.of(21L))));

        GroupChange change = machine.apply(1, ++index, 6, EntryType.ADMIN, split.encode(), null);
        machine.endTurn();

        assertThat(((GroupChange.Divided) change).children()).isEmpty();
        assertThat(published.byId(2)).isNull();
        assertThat(get("b")).isEqualTo("left");
        assertThat(RegionStates.load(engine).regions())
                .extracting(AppliedRegion::id)
                .contains(2L);
    }

    @Test
    void aChangeOfPeersIsJudgedByTheDescriptor() {
        byte[] context = new ChangeRequest(epoch, List.of(new ChangeRequest.Home(12, 2))).encode();
        ConfChange add = new ConfChange(List.of(new ConfChange.Step(ConfChange.Op.ADD_LEARNER, 12)), context);
        ByteBuffer payload = ByteBuffer.wrap(add.encode());

        var first = (GroupChange.Reconfigured) machine.apply(1, ++index, 6, EntryType.CONF_CHANGE, payload, null);
        var second = (GroupChange.Reconfigured) machine.apply(1, ++index, 6, EntryType.CONF_CHANGE, payload, null);
        machine.endTurn();

        assertThat(first.change()).isEqualTo(add);
        assertThat(first.places().storeOf(12)).isEqualTo(2);
        assertThat(second.change()).isNull();
        assertThat(second.places().epoch()).isEqualTo(new Epoch(2, 1));
        assertThat(published.byId(1).region().epoch()).isEqualTo(new Epoch(2, 1));
    }

    @Test
    void whoIsNoLongerTheOnlyVoterKnowsItDurably() {
        change(epoch, ConfChange.Op.ADD_LEARNER);
        change(new Epoch(2, 1), ConfChange.Op.ADD_VOTER);

        disk.crash();

        MemoryStore after = MemoryStore.open(disk, Randomness.seeded(2), 0);
        assertThat(RegionStates.load(after).regions())
                .singleElement()
                .matches(AppliedRegion::hasOtherVoters, "it has other voters");
    }

    @Test
    void whoBecomesTheOnlyVoterKnowsItDurably() {
        change(epoch, ConfChange.Op.ADD_LEARNER);
        change(new Epoch(2, 1), ConfChange.Op.ADD_VOTER);
        change(new Epoch(3, 1), ConfChange.Op.REMOVE);

        disk.crash();

        MemoryStore after = MemoryStore.open(disk, Randomness.seeded(2), 0);
        assertThat(RegionStates.load(after).regions())
                .singleElement()
                .matches(region -> !region.hasOtherVoters(), "it is alone");
    }

    private void change(Epoch from, ConfChange.Op op) {
        byte[] context = new ChangeRequest(from, List.of(new ChangeRequest.Home(12, 2))).encode();
        ConfChange change = new ConfChange(List.of(new ConfChange.Step(op, 12)), context);
        machine.apply(1, ++index, 6, EntryType.CONF_CHANGE, ByteBuffer.wrap(change.encode()), null);
        machine.endTurn();
    }

    @Test
    void anEntryOfARegionThatIsGoneIsUndetermined() {
        Told told = new Told(EntryType.COMMAND);

        machine.apply(7, 6, 6, EntryType.COMMAND, ByteBuffer.allocate(0), told);
        machine.endTurn();

        assertThat(told.said).containsExactly("undetermined");
    }

    @Test
    void aCrashLeavesAWholePrefix() {
        apply(new KvCommand.Put(Key.utf8("k"), Value.utf8("1")));
        machine.endTurn();
        engine.flush();
        apply(new KvCommand.Put(Key.utf8("k"), Value.utf8("2")));
        machine.endTurn();

        disk.crash();

        MemoryStore after = MemoryStore.open(disk, Randomness.seeded(2), 0);
        RegionStates.Found found = RegionStates.load(after);
        assertThat(found.regions()).isEmpty(); // This test never wrote the descriptor.
        assertThat(DataKeys.toValue(after.get(Family.DATA, DataKeys.toData(Key.utf8("k")))))
                .isEqualTo(Value.utf8("1"));
    }

    @Test
    void whatIsGoneIsJudgedByTheTimeInTheEntryAlone() {
        Key key = Key.utf8("k");
        applyAt(1000, new KvCommand.Put(key, Value.utf8("1"), 500));
        Told early = applyAt(1499, new KvCommand.CompareAndSet(key, null, Value.utf8("2")));
        Told late = applyAt(1500, new KvCommand.CompareAndSet(key, Value.utf8("1"), Value.utf8("3")));
        Told back = applyAt(1000, new KvCommand.CompareAndSet(key, Value.utf8("1"), Value.utf8("4")));
        Told taken = applyAt(1500, new KvCommand.CompareAndSet(key, null, Value.utf8("5"), 100));
        machine.endTurn();

        assertThat(early.said).containsExactly("Compared[isSet=false, previous=1]");
        assertThat(late.said).containsExactly("Compared[isSet=false, previous=null]");
        assertThat(back.said)
                .as("called gone once, whatever a later leader's clock says")
                .containsExactly("Compared[isSet=false, previous=null]");
        assertThat(taken.said).containsExactly("Compared[isSet=true, previous=null]");
        assertThat(get("k")).isEqualTo("5");
        assertThat(events).contains("judged by 1000", "expires at 1500", "judged by 1499", "expires at 1600");
    }

    @Test
    void aSweepRemovesWhatIsGoneAndNothingThatHasBeenWrittenSince() {
        for (String name : List.of("b", "c", "d", "e")) {
            applyAt(1000, new KvCommand.Put(Key.utf8(name), Value.utf8(name), 500));
        }
        applyAt(1200, new KvCommand.Put(Key.utf8("c"), Value.utf8("again"), 500));
        apply(new KvCommand.Put(Key.utf8("d"), Value.utf8("for ever")));
        List<Key> keys =
                Stream.of("b", "c", "d", "e", "absent", "zzz").map(Key::utf8).toList();
        ByteBuffer sweep = new SweepCommand(1500, keys).encode();
        machine.apply(1, ++index, 6, EntryType.ADMIN, sweep, null);
        machine.endTurn();

        assertThat(get("b")).isNull();
        assertThat(get("c")).isEqualTo("again");
        assertThat(get("d")).isEqualTo("for ever");
        assertThat(get("e")).isNull();
    }

    private Told applyAt(long millis, KvCommand command) {
        Told told = new Told(EntryType.COMMAND);
        ByteBuffer payload = KvCodec.encodePayload(epoch, command);
        KvCodec.setTime(payload, millis);
        machine.apply(1, ++index, 6, EntryType.COMMAND, payload, told);
        return told;
    }

    private Told apply(KvCommand command) {
        return apply(epoch, command);
    }

    private Told apply(Epoch at, KvCommand command) {
        Told told = new Told(EntryType.COMMAND);
        ByteBuffer payload = KvCodec.encodePayload(at, command);
        machine.apply(1, ++index, 6, EntryType.COMMAND, payload, told);
        return told;
    }

    private AppliedRegion found(long region) {
        return states.find(region);
    }

    private String get(String key) {
        byte[] stored = engine.get(Family.DATA, DataKeys.toData(Key.utf8(key)));
        return stored == null ? null : DataKeys.toValue(stored).toString();
    }

    /** Remembers what it was told. */
    private record Told(byte type, List<String> said) implements StoreProposal {
        Told(byte type) {
            this(type, new ArrayList<>());
        }

        @Override
        public ByteBuffer payload() {
            return ByteBuffer.allocate(0);
        }

        @Override
        public long deadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public void refused(Refusal why, long leaderReplica, long leaderStore) {
            said.add("refused " + why);
        }

        @Override
        public void undetermined() {
            said.add("undetermined");
        }

        @Override
        public void applied(KvResult result) {
            said.add(result.toString());
        }

        @Override
        public void skipped(KvError.Kind why, String message) {
            said.add(why.name());
        }
    }
}
