package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Randomness;
import dev.cleave.region.workload.KeySpace;
import java.time.Duration;

/**
 * How the clients of a run behave: on few keys they meet each other, on many they meet borders of regions and of pages; the impatient leave much
 * undetermined.
 *
 * @param callDeadline when they give up waiting
 * @param pageBytes how much they ask for in one page of a scan
 */
record Habits(KeySpace keySpace, Duration callDeadline, int pageBytes) {
    private static final int FEW_KEYS = 6;
    private static final int MANY_KEYS = 200;

    static Habits of(Randomness randomness) {
        int keys = switch ((int) randomness.below(5)) {
            case 0 -> FEW_KEYS;
            case 1 -> MANY_KEYS;
            default -> SimClients.KEYS;
        };
        Duration deadline = randomness.below(4) == 0 ? Duration.ofMillis(800) : Duration.ofSeconds(5);
        int pageBytes = randomness.below(3) == 0 ? 200 : 1 << 20;
        return new Habits(new KeySpace("k", keys), deadline, pageBytes);
    }
}
