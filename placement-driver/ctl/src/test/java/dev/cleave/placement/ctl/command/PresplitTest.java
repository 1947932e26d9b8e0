package dev.cleave.placement.ctl.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PresplitTest {
    private static final KeyRange ALL = KeyRange.ALL;

    private long lastId = 1;

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "63, 1, 1",
        "64, 2, 3",
        "999, 2, 17",
        "4095, 2, 65",
        "9999, 3, 257",
    })
    void everyKeyGetsABorderInFewRounds(int count, int rounds, int splits) {
        NavigableSet<Key> keys = keys(count);
        List<Region> regions = List.of(region(1, ALL));

        int asked = 0;
        int passed = 0;
        for (List<PdRequest.SplitRegion> next = Presplit.next(keys, regions);
                !next.isEmpty();
                next = Presplit.next(keys, regions)) {
            asked += next.size();
            passed++;
            regions = divided(regions, next);
        }

        assertThat(passed).isEqualTo(rounds);
        assertThat(asked).isEqualTo(splits);
        assertThat(Presplit.left(keys, regions)).isZero();
        assertThat(regions).hasSize(count + 1);
    }

    @Test
    void aBorderThatIsThereIsLeftAlone() {
        NavigableSet<Key> keys = new TreeSet<>(List.of(Key.utf8("b"), Key.utf8("d")));
        List<Region> regions = List.of(
                region(1, new KeyRange(Key.EMPTY, Key.utf8("b"))), region(2, new KeyRange(Key.utf8("b"), Key.EMPTY)));

        assertThat(Presplit.next(keys, regions)).containsExactly(new PdRequest.SplitRegion(2, List.of(Key.utf8("d"))));
        assertThat(Presplit.left(keys, regions)).isEqualTo(1);
    }

    @Test
    void withoutRegionsNoKeyHasABorder() {
        assertThat(Presplit.left(keys(3), List.of())).isEqualTo(3);
        assertThat(Presplit.next(keys(3), List.of())).isEmpty();
    }

    @Test
    void aKeyOfARegionThatIsNotKnownYetHasNone() {
        List<Region> regions = List.of(region(1, new KeyRange(Key.EMPTY, Key.utf8("key00002"))));

        assertThat(Presplit.left(keys(3), regions)).isEqualTo(3);
    }

    private static NavigableSet<Key> keys(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> Key.utf8(String.format(Locale.ROOT, "key%05d", number)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<Region> divided(List<Region> regions, List<PdRequest.SplitRegion> splits) {
        List<Region> pieces = new ArrayList<>();
        for (Region region : regions) {
            Key start = region.range().startInclusive();
            for (PdRequest.SplitRegion split : splits) {
                if (split.regionId() == region.id()) {
                    assertThat(split.keys())
                            .hasSizeLessThanOrEqualTo(Presplit.KEYS_PER_SPLIT)
                            .isSorted();
                    for (Key key : split.keys()) {
                        pieces.add(region(++lastId, new KeyRange(start, key)));
                        start = key;
                    }
                }
            }
            pieces.add(region(region.id(), new KeyRange(start, region.range().endExclusive())));
        }
        return pieces;
    }

    private static Region region(long id, KeyRange range) {
        return new Region(id, range, Epoch.FIRST, List.of(new Peer(id, 1, PeerRole.VOTER)));
    }
}
