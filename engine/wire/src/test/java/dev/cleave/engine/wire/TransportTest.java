package dev.cleave.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TransportTest {
    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void epollIsTakenWhereItsLibraryIsOnTheClassPath() {
        assertThat(Transport.of(WireOptions.defaults()).name()).isEqualTo("epoll");
    }

    @Test
    void whoeverDoesNotWantItGetsTheSelectors() {
        assertThat(Transport.of(WireOptions.defaults().withNative(false)).name())
                .isEqualTo("nio");
    }
}
