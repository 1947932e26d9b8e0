package dev.cleave.placement.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.placement.server.catalog.CatalogResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdSourceTest {
    private final List<Proposals.Outcome> asked = new ArrayList<>();
    private final List<Long> given = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final IdSource ids = new IdSource((command, outcome) -> asked.add(outcome), 4);

    @Test
    void idsComeInOrderAndTheNextWindowIsAskedForInTime() {
        take(1);
        asked.get(0).applied(new CatalogResult.Ids(10, 15));
        take(2);
        assertThat(asked).hasSize(1);

        take(1);

        assertThat(given).containsExactly(10L, 11L, 12L, 13L);
        assertThat(asked).hasSize(2);
        asked.get(1).applied(new CatalogResult.Ids(40, 44));
        take(2);
        assertThat(given).endsWith(14L, 40L);
    }

    /** Another node may have led in between and given out what comes after that window: an id from it would be taken for a new one. */
    @Test
    void aWindowThatWasAskedForBeforeLeadershipWasLostIsNotUsed() {
        take(1);
        ids.clear();
        asked.get(0).applied(new CatalogResult.Ids(10, 15));
        assertThat(failed).hasSize(1);

        take(1);
        assertThat(given).isEmpty();
        asked.get(1).applied(new CatalogResult.Ids(1010, 1015));

        assertThat(given).containsExactly(1010L);
    }

    private void take(int count) {
        ids.take(
                count,
                next -> {
                    for (int i = 0; i < count; i++) {
                        given.add(next.getAsLong());
                    }
                },
                failed::add);
    }
}
