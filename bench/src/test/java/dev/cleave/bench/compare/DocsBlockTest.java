package dev.cleave.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DocsBlockTest {
    @Test
    void onlyWhatStandsBetweenTheMarksIsReplaced() {
        String page = "before\n<!-- table: begin -->\nold\n<!-- table: end -->\nafter\n";

        assertThat(DocsBlock.replaced(page, "table", "new\n"))
                .isEqualTo("before\n<!-- table: begin -->\nnew\n<!-- table: end -->\nafter\n");
    }

    @Test
    void aPageWithoutTheMarksIsLeftAlone() {
        assertThatThrownBy(() -> DocsBlock.replaced("page", "table", "new")).hasMessageContaining("table");
    }
}
