package dev.cleave.placement.ctl.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that goes: what {@code cleave store remove ID --wait} tells on the way. */
class DrainTest {
    @TempDir
    Path directory;

    @Test
    void aDrainIsFollowedToItsEnd() throws Exception {
        try (SmallCluster cluster = new SmallCluster(directory)) {
            cluster.run("kv put fruit:apple red");
            long full = cluster.json("region list")
                    .get("items")
                    .get(0)
                    .get("leaderStore")
                    .asLong();
            long other = 3 - full;

            Run tooShort = cluster.run("store remove " + full + " --wait=0.01 -o json");
            Run drained = cluster.run("store remove " + full + " --wait");

            assertThat(tooShort.exitCode()).as(tooShort.err()).isEqualTo(5);
            assertThat(tooShort.err()).contains("and goes on being drained", "cleave operator list");
            assertThat(drained.exitCode()).as(drained.err()).isZero();
            assertThat(drained.err()).contains("replicas left");
            assertThat(drained.out())
                    .isEqualTo("store " + full
                            + " is empty and removed; stop its process, then its directory may be deleted\n");
            assertThat(cluster.run("store show " + full).out()).contains("removed");
            assertThat(cluster.run("kv get fruit:apple").out()).isEqualTo("red\n");
            assertThat(cluster.run("store remove " + other + " --wait").exitCode())
                    .as("there is nowhere to go")
                    .isEqualTo(6);
        }
    }
}
