package dev.cleave.region.store.split;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.store.state.LocalRegion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChildElectionsTest {
    private static final long PARENT = 1;
    private static final long CHILD = 2;
    private static final long SECOND = 1_000_000_000L;

    private final Set<Long> ledHere = new HashSet<>(Set.of(PARENT));
    private final Set<Long> led = new HashSet<>(Set.of(PARENT));
    private final List<Long> stood = new ArrayList<>();
    private long now = 77 * SECOND;
    private final ChildElections elections = new ChildElections(
            clock(), 10 * SECOND, ledHere::contains, region -> !led.contains(region), led::contains, stood::add);

    @Test
    void aChildStandsForElectionUntilSomebodyLeadsIt() {
        elections.divided(PARENT, List.of(child()));

        elections.changed(PARENT);
        elections.changed(CHILD);

        assertThat(stood).containsExactly(CHILD, CHILD);
    }

    /** Whoever hands over follows nobody for a moment: to stand for election then would depose the heir, again and again. */
    @Test
    void onceItHasBeenLedItIsLeftAlone() {
        elections.divided(PARENT, List.of(child()));
        elections.changed(PARENT);
        led.add(CHILD);
        elections.changed(CHILD);

        led.remove(CHILD);
        elections.changed(CHILD);
        elections.changed(PARENT);

        assertThat(stood).containsExactly(CHILD);
    }

    @Test
    void theDutyGoesWithTheParentsLeadershipAndEnds() {
        elections.divided(PARENT, List.of(child()));
        ledHere.clear();
        elections.changed(CHILD);
        assertThat(stood).isEmpty();

        ledHere.add(PARENT);
        elections.changed(PARENT);
        assertThat(stood).containsExactly(CHILD);

        now += 11 * SECOND;
        elections.changed(CHILD);
        assertThat(stood).hasSize(1);
    }

    private static LocalRegion child() {
        return new LocalRegion(
                new Region(CHILD, KeyRange.ALL, Epoch.FIRST, List.of(new Peer(3, 1, PeerRole.VOTER))), 3);
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public long nanos() {
                return now;
            }

            @Override
            public long wallMillis() {
                return now / 1_000_000;
            }
        };
    }
}
