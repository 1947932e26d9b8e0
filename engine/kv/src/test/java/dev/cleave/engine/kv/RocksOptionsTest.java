package dev.cleave.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RocksOptionsTest {
    @Test
    void theDefaultsStayWithinTheirBudget() {
        RocksOptions defaults = RocksOptions.defaults();

        assertThat(defaults.blockCacheBytes()).isEqualTo(64 << 20);
        assertThat(defaults.writeBuffersBytes()).isEqualTo(32 << 20);
        assertThat(defaults.dataWriteBufferBytes() + defaults.metaWriteBufferBytes())
                .isLessThanOrEqualTo(defaults.writeBuffersBytes());
        assertThat(defaults.targetFileBytes()).isEqualTo(16 << 20);
    }

    @Test
    void nonsenseIsRefusedInWords() {
        assertThatThrownBy(() -> RocksOptions.ofBudget(1 << 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 MiB");
    }
}
