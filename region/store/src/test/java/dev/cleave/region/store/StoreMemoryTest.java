package dev.cleave.region.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.wire.Address;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreMemoryTest {
    @ParameterizedTest
    @CsvSource({"192MiB, 64, 16, 16", "384MiB, 128, 32, 32", "768MiB, 256, 64, 64", "3GiB, 1024, 256, 256"})
    void aSizeIsSharedOut(String text, long engine, long inFlight, long entryCache) {
        StoreMemory memory = StoreMemory.parse(text);

        assertThat(memory.engineBytes() >> 20).isEqualTo(engine);
        assertThat(memory.inFlightBytes() >> 20).isEqualTo(inFlight);
        assertThat(memory.entryCacheBytes() >> 20).isEqualTo(entryCache);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "384", "384mb", "MiB", "-1GiB", "0GiB", "0384MiB", "1.5GiB", "12345678MiB", "191MiB"})
    void whatIsNoSizeOrTooLittleIsRefusedInWords(String text) {
        assertThatThrownBy(() -> StoreMemory.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MiB");
    }

    @Test
    void theSharesReachTheParts() {
        Address any = new Address("127.0.0.1", 0);
        StoreConfig config =
                StoreConfig.of(Path.of("data"), List.of(any), any, any).withMemory(StoreMemory.parse("768MiB"));

        assertThat(config.engineBytes()).isEqualTo(256L << 20);
        assertThat(config.options().bytesInFlightMax()).isEqualTo(64L << 20);
        assertThat(config.options().replicas().tailsBytesMax()).isEqualTo(64L << 20);
    }
}
