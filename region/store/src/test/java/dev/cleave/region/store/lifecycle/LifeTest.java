package dev.cleave.region.store.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LifeTest {
    @Test
    void theLegalStepsAreTheseAndNoOthers() {
        String table = Arrays.stream(Life.values())
                .map(from -> from + " -> "
                        + Arrays.stream(Life.values())
                                .filter(from::mayBecome)
                                .map(Life::name)
                                .collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n"));

        assertThat(table).isEqualTo("""
                        ABSENT -> UNINITIALIZED INITIALIZED
                        UNINITIALIZED -> INITIALIZED INSTALLING DESTROYING
                        INITIALIZED -> INSTALLING DESTROYING
                        INSTALLING -> INITIALIZED DESTROYING
                        DESTROYING -> TOMBSTONE
                        TOMBSTONE -> UNINITIALIZED INITIALIZED""");
    }

    /** rules: 67 */
    @Test
    void aReplicaNeverComesBackAndANewerOneMay() {
        ReplicaLives lives = new ReplicaLives(10);
        assertThat(lives.mayCreate(1, 5)).isTrue();
        assertThat(lives.ends(1, 5)).isTrue();
        assertThat(lives.ends(1, 5)).isFalse();
        assertThat(lives.mayCreate(1, 7)).isFalse();
        lives.ended(1, 5);

        assertThat(lives.mayCreate(1, 4)).isFalse();
        assertThat(lives.mayCreate(1, 5)).isFalse();
        assertThat(lives.mayBeBorn(1, 5)).isFalse();
        assertThat(lives.mayCreate(1, 6)).isTrue();
    }

    /** rules: 114 */
    @Test
    void aSplitTakesOverTheReplicaThatWaitsAndSkipsForANewerOne() {
        ReplicaLives lives = new ReplicaLives(10);
        lives.mayCreate(1, 5);
        lives.mayCreate(2, 9);

        assertThat(lives.mayBeBorn(1, 5)).isTrue();
        assertThat(lives.of(1)).isEqualTo(Life.INITIALIZED);
        assertThat(lives.mayBeBorn(2, 8)).isFalse();
        assertThat(lives.is(2, 9, Life.UNINITIALIZED)).isTrue();
    }

    @Test
    void replicasWithoutADescriptorAreBounded() {
        ReplicaLives lives = new ReplicaLives(2);

        assertThat(lives.mayCreate(1, 1)).isTrue();
        assertThat(lives.mayCreate(2, 2)).isTrue();
        assertThat(lives.mayCreate(3, 3)).isFalse();
        lives.mayBeBorn(1, 1);
        assertThat(lives.mayCreate(3, 3)).isTrue();
    }
}
