package dev.cleave.tests.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TerritoryTest {
    private static final Region WHOLE = region(1, "", "", 3, 1, voters(1, 2, 3));

    private final Territory territory = new Territory();

    @Test
    void aSplitThatTakesEffectAtOnceLeavesNoHole() {
        territory.applied("store1", List.of(WHOLE));

        territory.applied(
                "store1",
                List.of(region(1, "m", "", 3, 2, voters(1, 2, 3)), region(2, "", "m", 3, 2, voters(4, 5, 6))));
        // A store that is behind tells nothing new.
        territory.applied("store2", List.of(WHOLE));

        assertThat(territory.regions()).hasSize(2);
    }

    @Test
    void aHoleAndAnOverlapAreFound() {
        territory.applied("store1", List.of(WHOLE));

        assertThatThrownBy(() -> territory.applied("store1", List.of(region(1, "m", "", 3, 2, voters(1, 2, 3)))))
                .hasMessageContaining("do not tile");
        assertThatThrownBy(() -> territory.applied("store1", List.of(region(2, "", "n", 3, 2, voters(4, 5, 6)))))
                .hasMessageContaining("do not tile");
    }

    @Test
    void anEpochMeansOneRangeAndOneSetOfPeers() {
        territory.applied("store1", List.of(WHOLE));

        assertThatThrownBy(() -> territory.applied("store2", List.of(region(1, "", "", 3, 1, voters(1, 2, 4)))))
                .hasMessageContaining("epoch 3/1 of region 1 means");
    }

    @Test
    void anEpochThatDoesNotTellWhatChangedIsFound() {
        territory.applied("store1", List.of(WHOLE));

        assertThatThrownBy(() -> territory.applied("store2", List.of(region(1, "", "m", 4, 1, voters(1, 2, 3)))))
                .hasMessageContaining("does not tell what changed");
        assertThatThrownBy(() -> territory.applied("store2", List.of(region(1, "", "", 2, 2, voters(1, 2, 3)))))
                .isInstanceOf(Violation.class);
    }

    @Test
    void votersAreReplacedThroughAJointConfigurationOrOneByOne() {
        List<Peer> joint = new ArrayList<>(voters(1));
        joint.add(peer(2, PeerRole.DEMOTING_VOTER));
        joint.add(peer(3, PeerRole.DEMOTING_VOTER));
        joint.add(peer(4, PeerRole.INCOMING_VOTER));
        joint.add(peer(5, PeerRole.INCOMING_VOTER));
        territory.applied("store1", List.of(WHOLE));

        assertThatCode(() -> {
                    territory.applied("store1", List.of(region(1, "", "", 7, 1, joint)));
                    territory.applied("store1", List.of(region(1, "", "", 11, 1, voters(1, 4, 5))));
                    territory.applied("store1", List.of(region(1, "", "", 12, 1, voters(1, 4, 5, 6))));
                })
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> territory.applied("store1", List.of(region(1, "", "", 14, 1, voters(1, 6, 7, 8)))))
                .hasMessageContaining("need not meet");
    }

    @Test
    void whetherMajoritiesMustMeetIsWhatTryingAllOfThemSays() {
        for (int one = 1; one < 64; one++) {
            for (int other = 1; other < 64; other++) {
                assertThat(Territory.mustMeet(members(one), members(other)))
                        .as("%s and %s", members(one), members(other))
                        .isEqualTo(allMeet(one, other));
            }
        }
    }

    private static boolean allMeet(int one, int other) {
        for (int first = one; first != 0; first = (first - 1) & one) {
            for (int second = other; second != 0; second = (second - 1) & other) {
                boolean areMajorities = 2 * Integer.bitCount(first) > Integer.bitCount(one)
                        && 2 * Integer.bitCount(second) > Integer.bitCount(other);
                if (areMajorities && (first & second) == 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Set<Long> members(int bits) {
        Set<Long> members = new TreeSet<>();
        for (long member = 0; member < 6; member++) {
            if ((bits & 1 << member) != 0) {
                members.add(member);
            }
        }
        return members;
    }

    private static Region region(long id, String start, String end, long confVersion, long version, List<Peer> peers) {
        return new Region(id, KeyRange.of(Key.utf8(start), Key.utf8(end)), new Epoch(confVersion, version), peers);
    }

    private static List<Peer> voters(long... replicas) {
        List<Peer> peers = new ArrayList<>();
        for (long replica : replicas) {
            peers.add(peer(replica, PeerRole.VOTER));
        }
        return peers;
    }

    private static Peer peer(long replica, PeerRole role) {
        return new Peer(replica, 100 + replica, role);
    }
}
