package dev.cleave.tests.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three stores and nothing else to do: each ambush again and again, until a lease that were wrong about it would have shown itself. */
class LeaseAmbushTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int SEEDS = 3;
    private static final int ROUNDS = 8;

    @ParameterizedTest
    @EnumSource(LeaseAmbushes.Kind.class)
    void noLeaseIsHeldWhileAnotherBeginsToLead(LeaseAmbushes.Kind kind) {
        AtomicInteger laid = new AtomicInteger();
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimCluster cluster = new SimCluster(seed, Variety.sleepless(3));
            try (Trail trail = Trail.of(cluster.world())) {
                Victims victims = new Victims(cluster, new Notes(laid, trail));
                suffer(cluster, new LeaseAmbushes(victims), kind);
            } catch (Violation violation) {
                throw new Violation("seed " + seed + ": " + violation.getMessage(), violation);
            }
            assertThat(cluster.referee().counts()).containsKey("lease-seen");
        }
        assertThat(laid.get()).isGreaterThanOrEqualTo(SEEDS * ROUNDS / 2);
    }

    private static void suffer(SimCluster cluster, LeaseAmbushes ambushes, LeaseAmbushes.Kind kind) {
        Randomness chance = cluster.world().randomness().fork();
        cluster.placement().start();
        cluster.stores().forEach(SimStore::start);
        cluster.runUntil("the first region has three replicas", 60 * SECOND, () -> {
            cluster.askRegions();
            return !cluster.seenRegions().isEmpty()
                    && cluster.seenRegions().get(0).leaderStore() != 0
                    && cluster.seenRegions().get(0).region().peers().size() == 3;
        });
        for (int round = 0; round < ROUNDS; round++) {
            cluster.runFor(2 * SECOND);
            cluster.askRegions();
            cluster.runFor(SECOND);
            ambushes.lay(kind, chance);
            cluster.runFor(5 * SECOND);
        }
    }

    /** Counts what was laid. */
    private record Notes(AtomicInteger laid, Trail trail) implements Victims.Notes {
        @Override
        public void done(String what) {
            laid.incrementAndGet();
        }

        @Override
        public void note(String text) {
            trail.note(text);
        }
    }
}
