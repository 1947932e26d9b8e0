package dev.cleave.tests.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Randomness;
import dev.cleave.tests.simulator.Scenario.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How faults are drawn, and how scenarios weigh them. */
class FaultTest {
    private final Randomness chance = Randomness.seeded(5);
    private final Fault kill = new Fault(Kind.PROCESS, 1, ignored -> {});
    private final Fault pause = new Fault(Kind.PROCESS, 3, ignored -> {});
    private final Fault split = new Fault(Kind.REGIONS, 4, ignored -> {});
    private final List<Fault> faults = List.of(kill, pause, split);

    @Test
    void faultsAreDrawnAsOftenAsTheyWeigh() {
        assertThat(share(kill, Scenario.ALL)).isBetween(100, 150);
        assertThat(share(pause, Scenario.ALL)).isBetween(325, 425);
        assertThat(share(split, Scenario.ALL)).isBetween(450, 550);
    }

    @Test
    void aScenarioLeavesOutWhatItDoesNotName() {
        assertThat(share(split, Scenario.CALM)).isEqualTo(1_000);
        assertThat(share(split, Scenario.PROCESS)).isBetween(200, 300);
    }

    @Test
    void scenariosAreKnownByTheirNames() {
        assertThat(Scenario.parse("calm")).isEqualTo(Scenario.CALM);
        assertThatThrownBy(() -> Scenario.parse("storm"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("all, calm, power");
    }

    private int share(Fault fault, Scenario scenario) {
        Fault.Table table = new Fault.Table(faults, scenario);
        int drawn = 0;
        for (int i = 0; i < 1_000; i++) {
            drawn += table.draw(chance).equals(fault) ? 1 : 0;
        }
        return drawn;
    }
}
