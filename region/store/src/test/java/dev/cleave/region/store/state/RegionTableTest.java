package dev.cleave.region.store.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegionTableTest {
    private final RegionTable table = RegionTable.EMPTY.with(
            List.of(local(1, "m", ""), local(2, "", "c"), local(3, "c", "f"), local(4, "h", "k")), List.of());

    @Test
    void regionsAreFoundByIdAndByOverlap() {
        assertThat(table.byId(3).region().range()).isEqualTo(range("c", "f"));
        assertThat(table.byId(9)).isNull();
        assertThat(ids(table.overlapping(range("b", "d")))).containsExactly(2L, 3L);
        assertThat(ids(table.overlapping(range("f", "h")))).isEmpty();
        assertThat(ids(table.overlapping(KeyRange.ALL))).containsExactly(2L, 3L, 4L, 1L);
        assertThat(ids(table.around(3, 8))).containsExactly(2L, 3L);
        assertThat(ids(table.around(4, 8))).containsExactly(4L);
    }

    @Test
    void whatNobodyOwnsIsWhatIsLeft() {
        assertThat(table.unowned(KeyRange.ALL, 0)).containsExactly(range("f", "h"), range("k", "m"));
        assertThat(table.unowned(range("a", "j"), 3)).containsExactly(range("c", "h"));
        assertThat(table.unowned(range("d", "e"), 0)).isEmpty();
        assertThat(table.unowned(range("p", ""), 1)).containsExactly(range("p", ""));
    }

    /** rules: 114 */
    @Test
    void overlapsAreRefused() {
        assertThatThrownBy(() -> table.with(List.of(local(5, "j", "l")), List.of()))
                .isInstanceOf(Invariant.Broken.class);
        assertThat(ids(table.with(List.of(local(5, "h", "l")), List.of(4L)).overlapping(range("g", "n"))))
                .containsExactly(5L, 1L);
    }

    private static List<Long> ids(List<LocalRegion> regions) {
        return regions.stream().map(LocalRegion::id).toList();
    }

    private static KeyRange range(String start, String end) {
        return KeyRange.of(Key.utf8(start), Key.utf8(end));
    }

    private static LocalRegion local(long id, String start, String end) {
        Peer peer = new Peer(id * 10, 1, PeerRole.VOTER);
        return new LocalRegion(new Region(id, range(start, end), Epoch.FIRST, List.of(peer)), id * 10);
    }
}
