package dev.cleave.region.store.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.agents.ManualAgentHost;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.LoopThread;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Value;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryRead;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvOp;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvRequest;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.Role;
import dev.cleave.region.replica.Leases;
import dev.cleave.region.replica.Proposal;
import dev.cleave.region.replica.ReadTicket;
import dev.cleave.region.replica.Refusal;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.apply.StoreProposal;
import dev.cleave.region.store.expiry.ExpiryClock;
import dev.cleave.region.store.split.Loads;
import dev.cleave.region.store.split.Sizes;
import dev.cleave.region.store.state.DataKeys;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Region 1 is [b, m) at epoch 2/3, led here (store 1, replica 10); region 2 is [m, z), led on store 2. */
class RequestGateTest {
    private static final Epoch EPOCH = new Epoch(2, 3);

    private final MemoryStore engine = MemoryStore.open(new MemoryDisk(), Randomness.seeded(1), 0);
    private final Loads loads = new Loads();
    private Runnable inRead = () -> {};
    private boolean isCold;
    private final PublishedRegions published = new PublishedRegions();
    private final Roles roles = new Roles();
    private final Refusals refusals = new Refusals(published, roles, store -> new Address("host" + store, 1));
    private final Admission admission = new Admission(3, 1 << 20);
    private final ManualAgentHost agents = new ManualAgentHost((role, cause) -> {
        throw new AssertionError(cause);
    });
    private long now = 1_000;
    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            return now;
        }

        @Override
        public long wallMillis() {
            return now / 1_000_000;
        }
    };
    private final ExpiryClock expiry = new ExpiryClock(clock);
    private final Leases leases = new Leases(clock, 800_000_000L);
    private final LeasedReads leased = new LeasedReads(ReadMode.LEASED, watched(), expiry, this::host);
    private final ReadAgents readers = new ReadAgents(
            new ReadGate(watched(), published, refusals, leased, expiry, clock, LoopThread::here), agents, 1, 16);
    private final List<Proposal> proposed = new ArrayList<>();
    private final List<ReadTicket> reads = new ArrayList<>();
    private final RecordingLink link = new RecordingLink();
    private boolean hasRoom = true;
    private final RequestGate gate = new RequestGate(
            published,
            roles,
            refusals,
            new RequestGate.Watched(new Sizes(), loads),
            admission,
            readers,
            leased,
            expiry,
            clock,
            this::host);

    RequestGateTest() {
        publish(1, "b", "m", EPOCH, 10, 20);
        publish(2, "m", "z", EPOCH, 11, 21);
        roles.set(1, new Roles.Standing(Role.LEADER, 7, 10));
        roles.set(2, new Roles.Standing(Role.FOLLOWER, 7, 21));
    }

    @Test
    void whatCannotBeDoneIsRefusedWithWhatToDoNext() {
        KvCommand get = new KvCommand.Get(Key.utf8("c"));

        assertThat(error(9, EPOCH, get, 100).kind()).isEqualTo(KvError.Kind.REGION_NOT_FOUND);
        KvError stale = error(1, new Epoch(2, 2), get, 100);
        assertThat(stale.kind()).isEqualTo(KvError.Kind.STALE_EPOCH);
        assertThat(stale.regions()).extracting(Region::id).containsExactly(1L, 2L);
        assertThat(error(1, new Epoch(2, 4), get, 100).kind()).isEqualTo(KvError.Kind.STALE_EPOCH);
        assertThat(error(1, EPOCH, new KvCommand.Get(Key.utf8("n")), 100).kind())
                .isEqualTo(KvError.Kind.KEY_NOT_IN_REGION);
        assertThat(error(1, EPOCH, new KvCommand.Scan(KeyRange.ALL, 1, 1, false, false), 100)
                        .kind())
                .isEqualTo(KvError.Kind.KEY_NOT_IN_REGION);
        KvError elsewhere = error(2, EPOCH, new KvCommand.Get(Key.utf8("n")), 100);
        assertThat(elsewhere.kind()).isEqualTo(KvError.Kind.NOT_LEADER);
        assertThat(elsewhere.leaderStore()).isEqualTo(2);
        assertThat(elsewhere.leaderAddress()).isEqualTo(new Address("host2", 1));
        assertThat(error(1, EPOCH, new KvCommand.Get(Key.EMPTY), 100).kind()).isEqualTo(KvError.Kind.INVALID);
        assertThat(error(1, EPOCH, get, 0).kind()).isEqualTo(KvError.Kind.TIMED_OUT);
        assertThat(admission.requestsInFlight()).isZero();
        assertThat(proposed).isEmpty();
        assertThat(reads).isEmpty();
    }

    @Test
    void theConfVersionOfAClientDoesNotMatter() {
        ask(1, new Epoch(99, 3), put(), 100);

        assertThat(proposed).hasSize(1);
    }

    @Test
    void aWriteIsAnsweredWhenApplied() {
        ask(1, EPOCH, put(), 100);
        StoreProposal proposal = (StoreProposal) proposed.get(0);
        assertThat(KvCodec.decodeCommand(proposal.payload())).isEqualTo(put());
        assertThat(proposal.deadlineNanos()).isEqualTo(now + 100_000_000L);
        assertThat(link.sent).isEmpty();

        proposal.applied(new KvResult.Done());

        assertThat(link.last()).isEqualTo(KvReply.ok(link.requests, new KvResult.Done()));
        assertThat(admission.requestsInFlight()).isZero();
        assertThat(admission.bytesInFlight()).isZero();
    }

    @Test
    void aWriteWithUnknownFateSaysSo() {
        ask(1, EPOCH, put(), 100);

        proposed.get(0).undetermined();

        assertThat(link.last().error().kind()).isEqualTo(KvError.Kind.UNDETERMINED);
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void everyRefusalOfTheHostIsARefusalToTheClient(Refusal why) {
        ask(1, EPOCH, put(), 100);

        proposed.get(0).refused(why, 20, 2);

        KvError.Kind kind = link.last().error().kind();
        assertThat(kind).isNotEqualTo(KvError.Kind.UNDETERMINED);
        switch (why) {
            case NOT_LEADER -> assertThat(link.last().error().leaderStore()).isEqualTo(2);
            case TIMED_OUT -> assertThat(kind).isEqualTo(KvError.Kind.TIMED_OUT);
            case DISK_FULL -> assertThat(kind).isEqualTo(KvError.Kind.DISK_FULL);
            case EPOCH_CHANGED -> assertThat(kind).isEqualTo(KvError.Kind.STALE_EPOCH);
            case NO_SUCH_GROUP -> assertThat(kind).isEqualTo(KvError.Kind.REGION_NOT_FOUND);
            default -> assertThat(kind).isEqualTo(KvError.Kind.BUSY);
        }
    }

    @Test
    void tooManyRequestsAreTurnedAwayAtOnce() {
        for (int i = 0; i < 3; i++) {
            ask(1, EPOCH, put(), 100);
        }

        assertThat(error(1, EPOCH, put(), 100).kind()).isEqualTo(KvError.Kind.BUSY);
        assertThat(proposed).hasSize(3);
    }

    @Test
    void aFullHostMeansBusy() {
        hasRoom = false;

        assertThat(error(1, EPOCH, put(), 100).kind()).isEqualTo(KvError.Kind.BUSY);
        assertThat(error(1, EPOCH, new KvCommand.Get(Key.utf8("c")), 100).kind())
                .isEqualTo(KvError.Kind.BUSY);
        assertThat(admission.requestsInFlight()).isZero();
    }

    @Test
    void readsSeePagesWithinTheirBounds() {
        for (String key : List.of("c", "d", "e")) {
            put(key, "v" + key);
        }

        assertThat(read(new KvCommand.Get(Key.utf8("d"))).result()).isEqualTo(new KvResult.Found(Value.utf8("vd")));
        assertThat(read(new KvCommand.Get(Key.utf8("k"))).result()).isEqualTo(new KvResult.Found(null));
        assertThat(read(new KvCommand.BatchGet(List.of(Key.utf8("e"), Key.utf8("k"), Key.utf8("c"))))
                        .result())
                .isEqualTo(pairs(true, "e", "c"));
        assertThat(read(scan(2, 1000, false)).result()).isEqualTo(pairs(false, "c", "d"));
        assertThat(read(scan(10, 1000, true)).result()).isEqualTo(pairs(true, "e", "d", "c"));
        assertThat(read(scan(10, 4, false)).result()).isEqualTo(pairs(false, "c"));
    }

    @Test
    void aReadThatASplitOvertakesIsRefused() {
        ask(1, EPOCH, get("c"), 100);
        publish(1, "h", "m", new Epoch(2, 4), 10, 20);

        reads.get(0).ready(100);
        agents.runUntilIdle(now);

        assertThat(link.last().error().kind()).isEqualTo(KvError.Kind.STALE_EPOCH);
    }

    @Test
    void aReadThatWaitedTooLongIsNotCarriedOut() {
        ask(1, EPOCH, new KvCommand.Get(Key.utf8("c")), 100);
        reads.get(0).ready(100);
        now += 200_000_000L;

        agents.runUntilIdle(now);

        assertThat(link.last().error().kind()).isEqualTo(KvError.Kind.TIMED_OUT);
    }

    @Test
    void aGetThatALeaseCoversIsAnsweredAtOnceFromMemory() {
        put("c", "v");
        lease(1);

        ask(1, EPOCH, get("c"), 100);

        assertThat(link.last().result()).isEqualTo(new KvResult.Found(Value.utf8("v")));
        assertThat(reads).isEmpty();
        assertThat(leased.counts().answeredAtOnce()).isOne();
        assertThat(admission.requestsInFlight()).isZero();
    }

    @Test
    void aSmallScanThatALeaseCoversIsAnsweredAtOnceFromMemory() {
        put("c", "vc");
        put("d", "vd");
        lease(1);

        ask(1, EPOCH, scan(1, 1000, false), 100);
        assertThat(link.last().result()).isEqualTo(pairs(false, "c"));
        ask(1, EPOCH, scan(255, 1000, true), 100);
        assertThat(link.last().result()).isEqualTo(pairs(true, "d", "c"));

        assertThat(leased.counts().answeredAtOnce()).isEqualTo(2);
        assertThat(admission.requestsInFlight()).isZero();
    }

    @Test
    void aScanOfManyPairsOrManyBytesOrOnABusyLinkGoesToAReadAgent() {
        for (String key : List.of("c", "d", "e")) {
            put(key, "v".repeat(30_000));
        }
        lease(1);

        link.unsentBytes = 1 << 20;
        ask(1, EPOCH, scan(1, 1 << 20, false), 100);
        link.unsentBytes = 0;
        ask(1, EPOCH, scan(256, 1000, false), 100);
        ask(1, EPOCH, scan(3, 1 << 20, false), 100);

        assertThat(link.sent).isEmpty();
        agents.runUntilIdle(now);
        assertThat(link.sent).hasSize(3);
        assertThat(leased.counts().answeredAtOnce()).isZero();
        assertThat(leased.counts().answeredByLease()).isEqualTo(3);
    }

    @Test
    void pairsThatAreGoneMakeAScanNoSmallerThanItIs() {
        for (int i = 0; i < 300; i++) {
            KvBatch batch = engine.newBatch();
            byte[] gone = DataKeys.toStored(Value.utf8("v"), 1);
            batch.put(Family.DATA, DataKeys.toData(Key.utf8("c" + i)), gone);
            engine.write(batch);
        }
        now = 2_000_000_000L;
        lease(1);

        ask(1, EPOCH, scan(1, 1000, false), 100);

        assertThat(link.sent).isEmpty();
        agents.runUntilIdle(now);
        assertThat(link.last().result()).isEqualTo(pairs(true));
    }

    @Test
    void rule104_aScanUnderWhichTheLeaseRanOutOrTheRegionWasDividedIsNotAnsweredFromIt() {
        put("c", "vc");
        lease(1);
        inRead = () -> now += 800_000_000L;
        ask(1, EPOCH, scan(1, 1000, false), 2_000);
        assertThat(link.sent).isEmpty();
        agents.runUntilIdle(now);
        assertThat(link.sent).isEmpty();
        assertThat(reads).hasSize(1);

        lease(1);
        inRead = () -> publish(1, "h", "m", new Epoch(2, 4), 10, 20);
        ask(1, EPOCH, scan(1, 1000, false), 100);
        agents.runUntilIdle(now);
        assertThat(link.last().error().kind()).isEqualTo(KvError.Kind.STALE_EPOCH);
    }

    @Test
    void whatMemoryCannotTellAndLargeAnswersGoToAReadAgentUnderTheSameLease() {
        put("c", "v".repeat(70_000));
        lease(1);
        isCold = true;
        ask(1, EPOCH, get("d"), 100);
        assertThat(link.sent).isEmpty();
        agents.runUntilIdle(now);
        assertThat(link.last().result()).isEqualTo(new KvResult.Found(null));
        ask(1, EPOCH, scan(2, 1000, false), 100);
        assertThat(link.sent).hasSize(1);

        isCold = false;
        ask(1, EPOCH, get("c"), 100);
        assertThat(link.sent).hasSize(1);
        agents.runUntilIdle(now);

        assertThat(link.sent).hasSize(3);
        assertThat(reads).isEmpty();
        assertThat(leased.counts().answeredByLease()).isEqualTo(3);
    }

    @Test
    void whereMemoryCouldNotAnswerOfLateItIsNotTriedForEachGet() {
        lease(1);
        int[] tried = {0};
        isCold = true;
        for (int i = 0; i < 100; i++) {
            inRead = () -> tried[0]++;
            ask(1, EPOCH, get("c"), 100);
            ask(1, EPOCH, gets("c", "d"), 100);
            inRead = () -> {};
            agents.runUntilIdle(now);
        }

        assertThat(link.sent).hasSize(200);
        assertThat(tried[0]).as("each kind after 0, 1, 2, 4, ... others").isEqualTo(14);
    }

    @Test
    void getsGatheredByAClientThatALeaseCoversAreAnsweredAtOnceFromMemory() {
        put("c", "vc");
        put("e", "ve");
        lease(1);

        ask(1, EPOCH, gets("e", "d", "c", "e"), 100);

        assertThat(link.last().result()).isEqualTo(pairs(true, "e", "c", "e"));
        assertThat(leased.counts().answeredAtOnce()).isOne();
        assertThat(admission.requestsInFlight()).isZero();
    }

    @Test
    void gatheredGetsThatMemoryCannotAnswerOrThatAreManyOrLargeGoToAReadAgent() {
        for (String key : List.of("c", "d", "e", "f")) {
            put(key, "v".repeat(50_000));
        }
        lease(1);
        ask(1, EPOCH, gets("c", "d", "e", "f"), 100);
        ask(1, EPOCH, new KvCommand.BatchGet(java.util.Collections.nCopies(257, Key.utf8("g"))), 100);
        assertThat(link.sent).isEmpty();
        agents.runUntilIdle(now);
        link.unsentBytes = 600_000;
        ask(1, EPOCH, gets("c"), 100);
        link.unsentBytes = 0;
        isCold = true;
        ask(1, EPOCH, gets("c"), 100);
        assertThat(link.sent).hasSize(2);
        agents.runUntilIdle(now);

        assertThat(link.sent).hasSize(4);
        assertThat(((KvResult.Pairs) link.sent.get(0).result()).pairs()).hasSize(4);
        assertThat(link.sent.get(1).result()).isEqualTo(pairs(true));
        assertThat(leased.counts().answeredByLease()).isEqualTo(4);
    }

    @Test
    void anAnswerToGetsIsCutWhereItWouldBeTooLargeAndSaysSo() {
        for (String key : List.of("c", "d", "e")) {
            put(key, "v".repeat(3 << 20));
        }

        KvResult.Pairs page = (KvResult.Pairs) read(gets("e", "b", "c", "d")).result();

        assertThat(page.pairs()).extracting(KvResult.Pair::key).containsExactly(Key.utf8("e"), Key.utf8("c"));
        assertThat(page.isComplete()).isFalse();
    }

    @Test
    void gatheredGetsCountAsSoManyForTheLoadOfTheirRegion() {
        ask(1, EPOCH, gets("c", "d", "e"), 100);

        assertThat(loads.of(1).hit(false)).as("the slot of the next").isEqualTo(3);
    }

    @Test
    void rule104_aSplitUnderGatheredGetsIsNoticed() {
        lease(1);
        inRead = () -> publish(1, "h", "m", new Epoch(2, 4), 10, 20);

        ask(1, EPOCH, gets("c", "k"), 100);
        agents.runUntilIdle(now);

        assertThat(link.last().error().kind()).isEqualTo(KvError.Kind.STALE_EPOCH);
    }

    @Test
    void rule104_gatheredGetsUnderWhichTheLeaseRanOutGoByReadIndexTogether() {
        lease(1);
        inRead = () -> now += 800_000_000L;
        ask(1, EPOCH, gets("c", "d"), 2_000);
        inRead = () -> {};
        agents.runUntilIdle(now);

        assertThat(link.sent).isEmpty();
        assertThat(reads).hasSize(1);
        reads.get(0).ready(100);
        agents.runUntilIdle(now);
        assertThat(link.last().result()).isEqualTo(pairs(true));
    }

    @Test
    void gatheredGetsOutsideTheRegionAreRefusedAllOfThem() {
        assertThat(error(1, EPOCH, gets("c", "n"), 100).kind()).isEqualTo(KvError.Kind.KEY_NOT_IN_REGION);
    }

    @Test
    void rule104_aReadUnderWhichTheLeaseRanOutGoesByReadIndex() {
        lease(1);
        inRead = () -> now += 800_000_000L;
        ask(1, EPOCH, get("c"), 2_000);
        inRead = () -> {};
        agents.runUntilIdle(now);

        assertThat(link.sent).isEmpty();
        assertThat(reads).hasSize(1);
        assertThat(leased.counts().lapsedLeases()).isEqualTo(2);
        reads.get(0).ready(100);
        agents.runUntilIdle(now);
        assertThat(link.last().result()).isEqualTo(new KvResult.Found(null));
        assertThat(leased.counts().answeredByIndex()).isOne();
    }

    @Test
    void rule104_aLeaseThatBrokeAndCameBackUnderTheReadDoesNotCoverIt() {
        lease(1);
        inRead = () -> {
            leases.withdraw(1);
            lease(1);
        };
        ask(1, EPOCH, get("c"), 100);
        agents.runUntilIdle(now);

        assertThat(link.sent).isEmpty();
        assertThat(reads).hasSize(1);
    }

    @Test
    void rule104_aSplitUnderALeasedReadIsNoticed() {
        lease(1);
        inRead = () -> publish(1, "h", "m", new Epoch(2, 4), 10, 20);

        ask(1, EPOCH, get("c"), 100);
        agents.runUntilIdle(now);

        assertThat(link.last().error().kind()).isEqualTo(KvError.Kind.STALE_EPOCH);
    }

    @Test
    void withoutALeaseOrWithoutWantingOneReadsGoByReadIndex() {
        ask(1, EPOCH, get("c"), 100);
        assertThat(reads).hasSize(1);
        lease(1);
        LeasedReads unwanted = new LeasedReads(ReadMode.READ_INDEX, engine, expiry, this::host);
        assertThat(unwanted.lease(1).number()).isZero();
        assertThat(leased.lease(1).number()).isPositive();
    }

    @Test
    void aWriteThatIsJudgedByTimeEntersTheLogWithThisStoresTime() {
        now = 5_000_000_000L;
        ask(1, EPOCH, new KvCommand.Put(Key.utf8("c"), Value.utf8("v"), 100), 100);
        ask(1, EPOCH, new KvCommand.CompareAndSet(Key.utf8("c"), null, null), 100);
        now = 4_000_000_000L;
        ask(1, EPOCH, new KvCommand.CompareAndSet(Key.utf8("c"), null, null), 100);

        assertThat(proposed.stream().map(each -> KvCodec.timeMillis(each.payload())))
                .as("a clock that is set back does not go back here")
                .containsExactly(5000L, 5000L, 5000L);
    }

    @Test
    void aReadWhoseIndexIsReadyOnTheNetworksThreadIsAnsweredThereFromMemory() throws InterruptedException {
        put("c", "vc");
        ask(1, EPOCH, get("c"), 100);
        ask(1, EPOCH, gets("c", "d"), 100);

        onTheNetwork(() -> reads.forEach(read -> {
            read.ready(100);
            assertThat(link.sent)
                    .as("not in the turn of whoever says that it is ready")
                    .isEmpty();
        }));

        assertThat(link.sent.get(0).result()).isEqualTo(new KvResult.Found(Value.utf8("vc")));
        assertThat(link.sent.get(1).result()).isEqualTo(pairs(true, "c"));
        assertThat(leased.counts().answeredByIndex()).isEqualTo(2);
        assertThat(admission.requestsInFlight()).isZero();
    }

    @Test
    void whatMemoryCannotTellGoesFromTheNetworksThreadToAReadAgent() throws InterruptedException {
        put("c", "vc");
        isCold = true;
        ask(1, EPOCH, get("c"), 100);

        onTheNetwork(() -> reads.get(0).ready(100));

        assertThat(link.sent).isEmpty();
        agents.runUntilIdle(now);
        assertThat(link.last().result()).isEqualTo(new KvResult.Found(Value.utf8("vc")));
    }

    @Test
    void whatHasWaitedTooLongForTheNetworksThreadOrFailsThereGoesToAReadAgent() throws InterruptedException {
        put("c", "vc");
        ask(1, EPOCH, get("c"), 100);
        onTheNetwork(() -> {
            reads.get(0).ready(100);
            now += 1_500_000L;
        });
        assertThat(link.sent).isEmpty();
        agents.runUntilIdle(now);
        assertThat(link.last().result()).isEqualTo(new KvResult.Found(Value.utf8("vc")));

        ask(1, EPOCH, get("c"), 100);
        inRead = () -> {
            throw new IllegalStateException("on purpose");
        };
        onTheNetwork(() -> reads.get(1).ready(100));
        assertThat(link.sent).hasSize(1);
        agents.runUntilIdle(now);
        assertThat(link.last().result()).isEqualTo(new KvResult.Found(Value.utf8("vc")));
        assertThat(admission.requestsInFlight()).isZero();
    }

    /** No fence waits for the network's thread: data may have been replaced by a snapshot while it read. */
    @Test
    void aReadUnderWhichTheRegionWasTakenOutOfTheTableIsDoneAnew() throws InterruptedException {
        put("c", "old");
        ask(1, EPOCH, get("c"), 100);
        ask(1, EPOCH, get("c"), 100);
        inRead = () -> {
            published.remove(1);
            put("c", "new");
            publish(1, "b", "m", EPOCH, 10, 20);
        };
        onTheNetwork(() -> reads.get(0).ready(100));
        inRead = () -> published.remove(1);
        agents.runUntilIdle(now);
        assertThat(link.sent.get(0).result()).isEqualTo(new KvResult.Found(Value.utf8("new")));

        onTheNetwork(() -> reads.get(1).ready(100));

        agents.runUntilIdle(now);
        assertThat(link.last().error().kind()).isEqualTo(KvError.Kind.REGION_NOT_FOUND);
    }

    @Test
    void aValueThatIsGoneIsNotSeenWhetherByLeaseOrByIndex() {
        engine.write(expiringAt(2000));
        now = 2_000_000_000L;
        assertThat(read(get("c")).result()).isEqualTo(new KvResult.Found(null));
        engine.write(expiringAt(3000));
        lease(1);
        ask(1, EPOCH, get("c"), 100);
        assertThat(link.last().result()).isEqualTo(new KvResult.Found(Value.utf8("v")));

        engine.write(expiringAt(2000));
        ask(1, EPOCH, get("c"), 100);
        assertThat(link.last().result()).isEqualTo(new KvResult.Found(null));
        assertThat(leased.counts().answeredAtOnce()).isEqualTo(2);
    }

    @Test
    void requestsAreCountedByWhatTheyAskedHowTheyWereAnsweredAndHowLongThatTook() {
        put("c", "v");
        lease(1);
        inRead = () -> now += 150_000L;
        ask(1, EPOCH, get("c"), 100);
        inRead = () -> {};
        ask(1, EPOCH, put(), 100);
        now += 3_000_000L;
        ((StoreProposal) proposed.get(0)).applied(new KvResult.Done());
        ask(2, EPOCH, get("n"), 100);
        hasRoom = false;
        ask(1, EPOCH, put(), 100);

        assertThat(gate.counts().rows().stream()
                        .map(row -> row.op() + " " + row.error() + " " + row.nanos() + " " + slowest(row)))
                .containsExactly(
                        "PUT null 3000000 5000000",
                        "PUT BUSY 0 50000",
                        "GET null 150000 200000",
                        "GET NOT_LEADER 0 50000");
        assertThat(gate.counts().moved()).hasSize(2).allSatisfy(moved -> {
            assertThat(moved.bytesIn()).isPositive();
            assertThat(moved.bytesOut()).isPositive();
        });
        assertThat(refusals.busy()).containsEntry(Busy.INBOX, 1L).containsEntry(Busy.IN_FLIGHT, 0L);
    }

    /** The bound of the bucket of a row with one request. */
    private static long slowest(RequestCounts.Row row) {
        return RequestCounts.boundsNanos()[row.counts().indexOf(1L)];
    }

    @Test
    void threadsThatCountAtOnceLoseNothing() throws InterruptedException {
        RequestCounts counts = new RequestCounts();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            threads.add(new Thread(() -> {
                for (int request = 0; request < 100_000; request++) {
                    counts.answered(KvOp.GET, null, 10_000_000_000L, 3, 4);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        RequestCounts.Row row = counts.rows().get(0);
        assertThat(row.counts().get(row.counts().size() - 1)).isEqualTo(300_000);
        assertThat(row.nanos()).isEqualTo(3_000_000_000_000_000L);
        assertThat(counts.moved()).containsExactly(new RequestCounts.Moved(KvOp.GET, 900_000, 1_200_000));
    }

    private KvBatch expiringAt(long millis) {
        KvBatch batch = engine.newBatch();
        batch.put(KvEngine.Family.DATA, DataKeys.toData(Key.utf8("c")), DataKeys.toStored(Value.utf8("v"), millis));
        return batch;
    }

    @Test
    void garbageClosesTheLink() {
        gate.admit(link, ByteBuffer.allocate(10).order(java.nio.ByteOrder.LITTLE_ENDIAN));

        assertThat(link.isOpen()).isFalse();
    }

    private void lease(long group) {
        leases.show(group, 7, now + 800_000_000L, now / 1_000_000);
    }

    private static KvCommand get(String key) {
        return new KvCommand.Get(Key.utf8(key));
    }

    private void put(String key, String value) {
        KvBatch batch = engine.newBatch();
        batch.put(Family.DATA, DataKeys.toData(Key.utf8(key)), DataKeys.toStored(Value.utf8(value)));
        engine.write(batch);
    }

    /** The engine, with something happening inside of each read of memory. */
    private KvEngine watched() {
        return (KvEngine) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {KvEngine.class}, (proxy, method, arguments) -> {
                    Object answer = method.invoke(engine, arguments);
                    if (method.getName().equals("getFromMemory")) {
                        inRead.run();
                        return isCold ? MemoryRead.ELSEWHERE : answer;
                    }
                    if (method.getName().equals("scanMemory")
                            || method.getName().equals("getAllFromMemory")) {
                        inRead.run();
                        return !isCold && (boolean) answer;
                    }
                    return answer;
                });
    }

    private KvReply read(KvCommand command) {
        ask(1, EPOCH, command, 100);
        reads.remove(0).ready(100);
        agents.runUntilIdle(now);
        return link.last();
    }

    private static KvCommand scan(int limit, int bytes, boolean isReverse) {
        return new KvCommand.Scan(KeyRange.of(Key.utf8("b"), Key.utf8("m")), limit, bytes, isReverse, false);
    }

    private static KvResult pairs(boolean isComplete, String... keys) {
        List<KvResult.Pair> pairs = new ArrayList<>();
        for (String key : keys) {
            pairs.add(new KvResult.Pair(Key.utf8(key), Value.utf8("v" + key)));
        }
        return new KvResult.Pairs(pairs, isComplete);
    }

    private static KvCommand gets(String... keys) {
        return new KvCommand.BatchGet(
                java.util.Arrays.stream(keys).map(Key::utf8).toList());
    }

    private static KvCommand put() {
        return new KvCommand.Put(Key.utf8("c"), Value.utf8("v"));
    }

    private KvError error(long region, Epoch epoch, KvCommand command, int deadlineMillis) {
        ask(region, epoch, command, deadlineMillis);
        return link.last().error();
    }

    /** Does this on an event loop, and what it leaves there after it. */
    private static void onTheNetwork(Runnable first) throws InterruptedException {
        Loop loop = new Loop(first);
        loop.start();
        loop.join(20_000);
        assertThat(loop.failure).isNull();
        assertThat(loop.left).isEmpty();
    }

    private static final class Loop extends Thread implements LoopThread {
        final Queue<Runnable> left = new ArrayDeque<>();
        volatile @Nullable Throwable failure;

        Loop(Runnable first) {
            left.add(first);
        }

        @Override
        public void run() {
            try {
                for (Runnable task = left.poll(); task != null; task = left.poll()) {
                    task.run();
                }
            } catch (Throwable failed) {
                failure = failed;
            }
        }

        @Override
        public boolean afterwards(Runnable task) {
            return left.add(task);
        }
    }

    private void ask(long region, Epoch epoch, KvCommand command, int deadlineMillis) {
        gate.admit(link, KvCodec.encodeRequest(new KvRequest(++link.requests, region, epoch, deadlineMillis, command)));
    }

    private void publish(long id, String start, String end, Epoch epoch, long here, long there) {
        Region region = new Region(
                id,
                KeyRange.of(Key.utf8(start), Key.utf8(end)),
                epoch,
                List.of(new Peer(here, 1, PeerRole.VOTER), new Peer(there, 2, PeerRole.VOTER)));
        published.change(List.of(new LocalRegion(region, here)), List.of());
    }

    /** A host that remembers what it was asked. */
    private ReplicaHost host() {
        return (ReplicaHost) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ReplicaHost.class}, (proxy, method, arguments) -> {
                    if (hasRoom && method.getName().equals("propose")) {
                        proposed.add((Proposal) arguments[1]);
                    } else if (hasRoom && method.getName().equals("read")) {
                        reads.add((ReadTicket) arguments[1]);
                    } else if (method.getName().equals("leases")) {
                        return leases;
                    }
                    return hasRoom;
                });
    }

    /** Remembers the replies sent. */
    private static final class RecordingLink implements Link {
        final List<KvReply> sent = new ArrayList<>();
        long requests;
        long unsentBytes;
        private boolean isOpen = true;

        KvReply last() {
            KvReply last = sent.get(sent.size() - 1);
            assertThat(last.requestId()).isEqualTo(requests);
            return last;
        }

        @Override
        public boolean send(ByteBuffer frame) {
            sent.add(KvCodec.decodeReply(frame));
            return true;
        }

        @Override
        public boolean isWritable() {
            return isOpen;
        }

        @Override
        public long unsentBytes() {
            return unsentBytes;
        }

        @Override
        public boolean isOpen() {
            return isOpen;
        }

        @Override
        public void close() {
            isOpen = false;
        }

        @Override
        public Address remote() {
            return new Address("client", 1);
        }
    }
}
