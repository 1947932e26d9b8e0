package dev.cleave.placement.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.codec.RecordCodec;
import dev.cleave.engine.kv.MemoryDisk;
import dev.cleave.engine.kv.MemoryStore;
import dev.cleave.engine.wire.Address;
import dev.cleave.placement.server.plan.Operator;
import dev.cleave.placement.server.plan.Plan;
import dev.cleave.placement.server.plan.Views;
import dev.cleave.region.control.ToPlacement.RegisterStore;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.replica.GroupStart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogTest {
    private final MemoryDisk disk = new MemoryDisk();
    private final RecordCodec codec = CatalogRecords.codec();
    private long index = GroupStart.FIRST_INDEX;

    @Test
    void theFirstStoreIsGivenTheFirstRegionUntilItIsSeenOrTheStoreIsLost() {
        CatalogStateMachine machine = open(disk, 1);
        apply(machine, new CatalogCommand.CreateCluster(42));
        apply(machine, new CatalogCommand.CreateCluster(43));
        apply(machine, admit(0, 101, "a", 1));
        apply(machine, admit(0, 102, "b", 1));

        assertThat(machine.view().clusterId()).isEqualTo(42);
        assertThat(machine.view().firstRegion().storeId()).isEqualTo(1);
        Region region = machine.view().firstRegion().region();
        assertThat(region.peers()).hasSize(1);
        assertThat(region.id()).isNotEqualTo(region.peers().get(0).replicaId());
        assertThat(machine.view().nextId())
                .as("replica ids only grow")
                .isGreaterThan(region.peers().get(0).replicaId());

        apply(machine, new CatalogCommand.SetStoreLife(1, StoreRecord.Life.REMOVED));
        assertThat(machine.view().firstRegion()).isNull();
        apply(machine, admit(2, 102, "b", 2));
        assertThat(machine.view().firstRegion().storeId()).isEqualTo(2);
        assertThat(machine.view().firstRegion().region().peerOn(2)).isPresent();

        apply(machine, new CatalogCommand.SeeFirstRegion());
        apply(machine, new CatalogCommand.SetStoreLife(2, StoreRecord.Life.REMOVED));
        assertThat(machine.view().firstRegion().isSeen()).isTrue();
    }

    @Test
    void aStoreThatAsksTwiceGetsOneId() {
        CatalogStateMachine machine = open(disk, 1);
        apply(machine, new CatalogCommand.CreateCluster(42));
        apply(machine, admit(0, 101, "a", 1));
        apply(machine, admit(0, 101, "a", 1));

        assertThat(machine.view().stores()).hasSize(1);
    }

    @Test
    void oneOperatorPerRegionAndABoundedHistory() {
        CatalogStateMachine machine = open(disk, 1);
        for (long id = 1; id <= 250; id++) {
            apply(machine, new CatalogCommand.PutOperator(operator(id)));
            apply(machine, new CatalogCommand.PutOperator(operator(id + 1_000)));
            assertThat(machine.view().running().keySet()).containsExactly(id);
            apply(machine, new CatalogCommand.PutOperator(operator(id).ended(OperatorView.State.DONE, "done")));
        }

        assertThat(machine.view().running()).isEmpty();
        assertThat(machine.view().ended()).hasSize(Catalog.ENDED_MAX);
        assertThat(machine.view().ended().firstKey()).isEqualTo(51);
    }

    @Test
    void afterACrashTheEngineHoldsAPrefixAndReplayMakesItWholeAgain() {
        for (long seed = 1; seed <= 40; seed++) {
            Randomness random = Randomness.seeded(seed);
            List<CatalogCommand> log = history(random);
            CatalogView expected = replay(open(new MemoryDisk(), seed), log, 0, log.size());
            MemoryDisk some = new MemoryDisk();
            int applied = 0;
            while (applied < log.size()) {
                CatalogStateMachine machine = open(some, random.nextLong());
                int from = (int) (machine.groupStart().appliedIndex() - GroupStart.FIRST_INDEX);
                int to = (int) random.between(from, log.size() + 1);
                CatalogView view = replay(machine, log, from, to);
                assertThat(machine.durableIndex(CatalogStateMachine.GROUP))
                        .isLessThanOrEqualTo(GroupStart.FIRST_INDEX + to);
                applied = to;
                if (to == log.size()) {
                    assertThat(view).as("seed %d", seed).isEqualTo(expected);
                }
                some.crash();
            }
        }
    }

    @Test
    void anEntryOfANewerReleaseStopsTheNodeInWords() {
        CatalogStateMachine machine = open(disk, 1);
        ByteBuffer newer = codec.encode(new CatalogCommand.SeeFirstRegion());
        newer.put(newer.limit() - 1, (byte) 9);

        assertThatThrownBy(() -> machine.apply(1, 6, 6, EntryType.COMMAND, newer, null))
                .hasMessageContaining("version 9");
    }

    @Test
    void recordsAreFrozen() {
        assertThat(CatalogRecords.registry()
                        .describe()
                        .subList(4, CatalogRecords.registry().describe().size()))
                .containsExactly(
                        "128 v1 CreateCluster",
                        "129 v1 AllocateIds",
                        "130 v1 AdmitStore",
                        "131 v1 SeeFirstRegion",
                        "132 v1 SetStoreLife",
                        "133 v1 PutOperator",
                        "160 v1 ClusterRecord",
                        "161 v1 FirstRegion",
                        "162 v1 StoreRecord",
                        "163 v1 Operator",
                        "192 v1 AddLearner",
                        "193 v1 Promote",
                        "194 v1 Swap",
                        "195 v1 RemovePeer",
                        "196 v1 TransferLeader",
                        "197 v1 SplitAt");
        assertThat(samples().stream()
                        .map(sample ->
                                HexFormat.of().formatHex(codec.encode(sample).array())))
                .containsExactlyElementsOf(GOLDEN);
        for (Object sample : samples()) {
            assertThat(codec.decode(codec.encode(sample))).isEqualTo(sample);
        }
    }

    private static final List<String> GOLDEN = List.of(
            "018001012a00000000000000",
            "01810101e807",
            "01820101000000000000000003670000000000000002016801016802",
            "01830101",
            "018401010301",
            "01850101a301010902110107000001010210010b010010010c020001c301010c02e807000172",
            "01a001012a00000000000000070301a1010101110107000001010210010b010010010c020001",
            "01a001012a00000000000000070300",
            "01a201010367000000000000000201680101680202",
            "01a301010500110107000001010210010b010010010c020003c001010d03c201010d030b01c301010b01e807000172",
            "01a301010501110107000001010210010b010010010c020002c001010d03c101010d03e807000172",
            "01a301010503110107000001010210010b010010010c020001c401010b01e8070203776879",
            "01a301010504110107000001010210010b010010010c020001c5010101016d0164026566e807000172");

    private static List<Object> samples() {
        Region region = Views.region("1:11V 2:12V L1");
        long[] next = {100};
        return List.of(
                new CatalogCommand.CreateCluster(42),
                new CatalogCommand.AllocateIds(1000),
                admit(3, 103, "h", 2),
                new CatalogCommand.SeeFirstRegion(),
                new CatalogCommand.SetStoreLife(3, StoreRecord.Life.DRAINING),
                new CatalogCommand.PutOperator(operator(9)),
                new Catalog.ClusterRecord(42, 7, 3, new FirstRegion(1, region, true)),
                new Catalog.ClusterRecord(42, 7, 3, null),
                new StoreRecord(3, 103, 2, new Address("h", 1), new Address("h", 2), StoreRecord.Life.REMOVED),
                of(5, Plan.move(region, region.peers().get(0), 13, 3, "r")),
                of(5, Plan.add(region, 13, 3, "r")),
                of(5, Plan.transfer(region, region.peers().get(0), "r")).ended(OperatorView.State.CANCELLED, "why"),
                of(5, Plan.split(region, List.of(Key.utf8("m")), () -> next[0]++, "r")));
    }

    private List<CatalogCommand> history(Randomness random) {
        List<CatalogCommand> log = new ArrayList<>();
        log.add(new CatalogCommand.CreateCluster(42));
        for (int i = 0; i < 120; i++) {
            long pick = random.below(7);
            long few = random.between(1, 6);
            if (pick == 0) {
                log.add(new CatalogCommand.AllocateIds((int) few));
            } else if (pick == 1) {
                log.add(admit(0, 100 + few, "h" + few, 1 + i));
            } else if (pick == 2) {
                log.add(new CatalogCommand.SetStoreLife(few, StoreRecord.Life.values()[(int) random.below(3)]));
            } else if (pick == 3) {
                log.add(new CatalogCommand.SeeFirstRegion());
            } else if (pick == 4) {
                log.add(new CatalogCommand.PutOperator(operator(few).ended(OperatorView.State.DONE, "d" + i)));
            } else {
                log.add(new CatalogCommand.PutOperator(operator(few)));
            }
        }
        return log;
    }

    private CatalogView replay(CatalogStateMachine machine, List<CatalogCommand> log, int from, int to) {
        for (int i = from; i < to; i++) {
            machine.apply(1, GroupStart.FIRST_INDEX + 1 + i, 6, EntryType.COMMAND, codec.encode(log.get(i)), null);
            machine.endTurn();
        }
        return machine.view();
    }

    private static CatalogStateMachine open(MemoryDisk disk, long seed) {
        return new CatalogStateMachine(MemoryStore.open(disk, Randomness.seeded(seed), 0.1));
    }

    private void apply(CatalogStateMachine machine, CatalogCommand command) {
        machine.apply(1, ++index, 6, EntryType.COMMAND, codec.encode(command), null);
        machine.endTurn();
    }

    private static CatalogCommand.AdmitStore admit(long store, long data, String host, long starts) {
        return new CatalogCommand.AdmitStore(
                new RegisterStore(0, store, data, starts, new Address(host, 1), new Address(host, 2)));
    }

    private static Operator operator(long id) {
        Region region = Views.region("1:11V 2:12V L1");
        return of(id, Plan.remove(region, region.peers().get(1), "r"));
    }

    private static Operator of(long id, Plan plan) {
        return new Operator(
                id, plan.kind(), plan.baseline(), plan.steps(), 1000, OperatorView.State.RUNNING, plan.reason());
    }
}
