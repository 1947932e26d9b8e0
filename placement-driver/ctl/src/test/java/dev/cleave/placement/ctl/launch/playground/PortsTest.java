package dev.cleave.placement.ctl.launch.playground;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
    @TempDir
    Path directory;

    @Test
    void aSecondStartFindsEverybodyAtTheSamePlace() {
        Ports first = Ports.choose(directory, Optional.empty());

        Ports second = Ports.choose(directory, Optional.empty());

        assertThat(Ports.areSavedIn(directory)).isTrue();
        assertThat(second.pd()).isEqualTo(first.pd());
    }

    @Test
    void everybodyHasPortsOfTheirOwn() {
        Places places = new Places(directory, Ports.choose(directory, Optional.empty()));
        Set<Object> addresses = new HashSet<>(Set.of(places.placement(), places.placementHttp()));

        for (int number = 1; number <= Places.STORES; number++) {
            addresses.add(places.store(number));
            addresses.add(places.storeHttp(number));
            assertThat(places.storeNumber(places.store(number).port())).isEqualTo(number);
        }

        assertThat(addresses).hasSize(12);
    }
}
