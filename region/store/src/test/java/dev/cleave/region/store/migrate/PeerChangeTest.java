package dev.cleave.region.store.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.control.FromPlacement.Action.ChangePeers;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.Role;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.Places;
import dev.cleave.region.store.state.Memberships;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerChangeTest {
    private final Region region = ChangeJudgeTest.region(new Epoch(3, 1), "1@1V 2@2V 3@3V 9@4L");

    @Test
    void aPromotionOfACaughtUpLearnerIsProposed() {
        PeerChange plan = plan(region, List.of(), List.of(), peers(peer(9, 4, PeerRole.VOTER)));

        assertThat(plan.change()).isNotNull();
        assertThat(plan.refusal()).isEmpty();
    }

    @Test
    void whatIsDoneAlreadyGivesNothing() {
        PeerChange plan = plan(region, List.of(), List.of(), peers(peer(9, 4, PeerRole.LEARNER)));

        assertThat(plan.change()).isNull();
        assertThat(plan.refusal()).isEmpty();
    }

    /** rules: 88, 89 */
    @Test
    void whatIsUnsafeIsRefusedInWords() {
        assertThat(plan(region, List.of(9L), List.of(), peers(peer(9, 4, PeerRole.VOTER)))
                        .refusal())
                .contains("has not caught up");
        assertThat(plan(region, List.of(), List.of(), remove(peer(1, 1, PeerRole.VOTER)))
                        .refusal())
                .contains("the leader itself would go");
        assertThat(plan(region, List.of(), List.of(2L), remove(peer(3, 3, PeerRole.VOTER)))
                        .refusal())
                .contains("too few of the voters");
        assertThat(plan(region, List.of(), List.of(), peers(peer(7, 4, PeerRole.LEARNER)))
                        .refusal())
                .contains("not legal");
        Region joint = ChangeJudgeTest.region(new Epoch(3, 1), "1@1V 2@2D 3@3V 9@4I");
        assertThat(plan(joint, List.of(), List.of(), peers(peer(8, 5, PeerRole.LEARNER)))
                        .refusal())
                .contains("joint");
    }

    private static PeerChange plan(Region region, List<Long> pending, List<Long> down, ChangePeers order) {
        GroupStatus status = new GroupStatus(
                1,
                1,
                Role.LEADER,
                6,
                1,
                10,
                10,
                6,
                10,
                6,
                Memberships.of(region),
                Places.of(region),
                pending,
                down,
                0,
                false,
                true);
        return PeerChange.of(region, status, order);
    }

    private static Peer peer(long replica, long store, PeerRole role) {
        return new Peer(replica, store, role);
    }

    private static ChangePeers peers(Peer... peers) {
        return new ChangePeers(List.of(peers), List.of());
    }

    private static ChangePeers remove(Peer... peers) {
        return new ChangePeers(List.of(), List.of(peers));
    }
}
