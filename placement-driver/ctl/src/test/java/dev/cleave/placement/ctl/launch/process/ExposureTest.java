package dev.cleave.placement.ctl.launch.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.wire.Address;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExposureTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, false",
        "127.1.2.3, false",
        "localhost, false",
        "::1, false",
        "0.0.0.0, true",
        "::, true",
        "10.0.0.1, true",
        "host.invalid, false",
    })
    void whatIsNotOnTheLoopbackIsOpen(String host, boolean isOpen) {
        assertThat(Exposure.isOpen(new Address(host, 1))).isEqualTo(isOpen);
    }
}
