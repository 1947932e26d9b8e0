package dev.cleave.region.store.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.store.split.SplitOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Regions that divide because of what they hold or how often they are asked. */
class AutomaticSplitStoriesTest {
    private static final String KILOBYTE = "x".repeat(1024);
    private static final long MINUTE = 60_000_000_000L;

    private final TestCluster cluster = new TestCluster(31);

    private void start(SplitOptions splits) {
        cluster.options = cluster.options.withSplits(splits);
        cluster.addStore();
        cluster.awaitRegion(1);
    }

    private List<Region> regions() {
        return cluster.placement.regions.values().stream()
                .map(view -> view.region())
                .toList();
    }

    private KvReply put(Region region, String key, String value) {
        return cluster.ask(1, region, new KvCommand.Put(Key.utf8(key), Value.utf8(value)));
    }

    /** The round of looks is a minute: only what is written makes the store look. */
    @Test
    void scenario65_aRegionIsDividedAsSoonAsItHasGrownNotWhenTheNextRoundComes() {
        start(SplitOptions.defaults().withSize(64 << 10, MINUTE));
        for (int i = 0; i < 100; i++) {
            cluster.put(String.format("key%03d", i), KILOBYTE);
        }

        cluster.until("it is divided", 2_000, () -> regions().size() >= 2);
    }

    @Test
    void scenario65_aRegionOfManySmallPairsIsDivided() {
        start(SplitOptions.defaults().withSize(1 << 20, 1_000_000_000L).withKeys(200));
        for (int i = 0; i < 150; i++) {
            cluster.put(String.format("key%03d", i), "v");
        }
        cluster.run(3_000);
        assertThat(regions()).hasSize(1);

        for (int i = 150; i < 300; i++) {
            cluster.put(String.format("key%03d", i), "v");
        }

        cluster.until("it is divided", 3_000, () -> regions().size() == 2);
    }

    @Test
    void scenario65_aRegionThatIsAskedTooOftenIsDividedWhereThatHalvesItsLoad() {
        start(SplitOptions.defaults().withLoad(40, 3));
        for (int i = 0; i < 20; i++) {
            cluster.put(String.format("key%02d", i), "v");
        }
        Region whole = cluster.region(1);

        // All that is asked lies in the upper quarter of what is held.
        for (int round = 0; regions().size() == 1 && round < 3_000; round++) {
            String key = String.format("key%02d", 15 + round % 4);
            cluster.ask(1, whole, new KvCommand.Get(Key.utf8(key)));
            cluster.run(10);
        }

        assertThat(regions()).hasSize(2);
        Region right = cluster.region(1);
        assertThat(right.range().startInclusive()).isBetween(Key.utf8("key16"), Key.utf8("key18"));
    }

    @Test
    void scenario65_aSingleHotKeyIsIsolated() {
        start(SplitOptions.defaults().withLoad(40, 3));
        for (int i = 0; i < 20; i++) {
            cluster.put(String.format("key%02d", i), "v");
        }
        Region whole = cluster.region(1);

        for (int round = 0; regions().size() == 1 && round < 3_000; round++) {
            cluster.ask(1, whole, new KvCommand.Get(Key.utf8("key07")));
            cluster.run(10);
        }
        cluster.until("all pieces are reported", 1_000, () -> regions().size() == 3);

        assertThat(regions()).anySatisfy(region -> {
            assertThat(region.range().startInclusive()).isEqualTo(Key.utf8("key07"));
            assertThat(region.range().endExclusive()).isEqualTo(Key.own(new byte[] {'k', 'e', 'y', '0', '7', 0}));
        });
    }

    @Test
    void aRegionThatIsAskedNowAndThenIsLeftWhole() {
        start(SplitOptions.defaults().withLoad(400, 3));
        for (int i = 0; i < 20; i++) {
            cluster.put(String.format("key%02d", i), "v");
        }
        for (int round = 0; round < 1_000; round++) {
            cluster.ask(1, cluster.region(1), new KvCommand.Get(Key.utf8("key07")));
            cluster.run(10);
        }

        assertThat(regions()).hasSize(1);
    }

    @Test
    void aRegionIsLeftWholeHoweverOftenItIsAskedUnlessAskedToDivideForLoad() {
        start(SplitOptions.defaults());
        for (int i = 0; i < 20; i++) {
            cluster.put(String.format("key%02d", i), "v");
        }
        Region whole = cluster.region(1);
        for (int round = 0; round < 1_500; round++) {
            for (int request = 0; request < 4; request++) {
                cluster.ask(1, whole, new KvCommand.Get(Key.utf8(String.format("key%02d", request * 5))));
            }
            cluster.run(10);
        }

        assertThat(regions()).hasSize(1);
    }

    /** The log cannot hold the split: the region grows on until it is held back; deletes and reads go on. */
    @Test
    void aRegionThatOutgrowsItsBoundThreefoldTakesNoMoreUntilItIsDivided() {
        start(SplitOptions.defaults().withSize(64 << 10, 1_000_000_000L));
        cluster.placement.givesNoIds = true;
        Region region = cluster.region(1);
        KvError busy = null;
        for (int i = 0; i < 400 && busy == null; i++) {
            busy = put(region, String.format("key%03d", i), KILOBYTE).error();
            cluster.run(5);
        }

        assertThat(busy).isNotNull();
        assertThat(busy.kind()).isEqualTo(KvError.Kind.BUSY);
        assertThat(busy.message()).contains("outgrown");
        assertThat(cluster.ask(1, region, new KvCommand.Get(Key.utf8("key000"))).error())
                .isNull();
        assertThat(cluster.ask(1, region, new KvCommand.Delete(Key.utf8("key000")))
                        .error())
                .isNull();

        cluster.placement.givesNoIds = false;
        cluster.until(
                "it is divided into several pieces at once",
                5_000,
                () -> regions().size() >= 3);
        cluster.put("key000", KILOBYTE);
    }

    /** Scenario 37: without a placement driver nobody gives ids. What cannot be divided is not held back. */
    @Test
    void scenario37_withoutThePlacementDriverRegionsGrowOnAndAreDividedWhenItIsBack() {
        start(SplitOptions.defaults().withSize(64 << 10, 1_000_000_000L));
        Region region = cluster.region(1);
        cluster.placement.goAway();
        cluster.run(1_000);
        for (int i = 0; i < 400; i++) {
            assertThat(put(region, String.format("key%03d", i), KILOBYTE).error())
                    .isNull();
        }
        assertThat(cluster.stores.get(1).node.status().load().regions()).isEqualTo(1);

        cluster.placement.comeBack();

        cluster.until("it is divided", 10_000, () -> regions().size() >= 4);
    }

    /** Scenario 65: no storm. */
    @Test
    void regionsThatAreAllDueAreDividedAtAPace() {
        start(SplitOptions.defaults().withSize(64 << 10, 1_000_000_000L).withPace(1));
        cluster.placement.goAway();
        cluster.run(1_000);
        Region region = cluster.region(1);
        for (int i = 0; i < 1_500; i++) {
            put(region, String.format("key%04d", i), KILOBYTE);
        }
        cluster.placement.comeBack();
        cluster.until("the first split", 10_000, () -> regions().size() > 1);
        int first = regions().size();

        cluster.run(1_000);

        // One offer makes at most eight pieces of a region.
        assertThat(regions().size()).isBetween(first, first + 2 * 7);
        cluster.until("all are divided", 60_000, () -> regions().size() >= 16);
    }
}
