package dev.cleave.region.store.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.ConfChange;
import dev.cleave.region.raft.ConfChange.Op;
import dev.cleave.region.raft.ConfChange.Step;
import dev.cleave.region.store.state.Memberships;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Peers are written {@code replica@store} and the first letter of the role. */
class ChangeJudgeTest {
    private final Region region = region(new Epoch(3, 1), "1@1V 2@2V 3@3V");

    @Test
    void aLearnerJoins() {
        assertThat(judge(region, change(3, "9@4", new Step(Op.ADD_LEARNER, 9)))).isEqualTo("4/1 1@1V 2@2V 3@3V 9@4L");
    }

    @Test
    void aSwapGoesThroughAJointConfigurationAndSettles() {
        Region withLearner = region(new Epoch(4, 1), "1@1V 2@2V 3@3V 9@4L");
        ConfChange swap = change(4, "9@4 3@3", new Step(Op.ADD_VOTER, 9), new Step(Op.ADD_LEARNER, 3));

        Region joint = ChangeJudge.judge(withLearner, swap).orElseThrow();
        Region after = ChangeJudge.judge(joint, ConfChange.leaveJoint()).orElseThrow();

        assertThat(text(joint)).isEqualTo("6/1 1@1V 2@2V 3@3D 9@4I");
        assertThat(Memberships.of(joint)).isEqualTo(Memberships.of(withLearner).apply(swap));
        assertThat(text(after)).isEqualTo("8/1 1@1V 2@2V 3@3L 9@4V");
        assertThat(Memberships.of(after)).isEqualTo(Memberships.of(joint).apply(ConfChange.leaveJoint()));
    }

    @Test
    void aLearnerLeaves() {
        Region withLearner = region(new Epoch(8, 1), "1@1V 2@2V 3@3L");

        assertThat(judge(withLearner, change(8, "", new Step(Op.REMOVE, 3)))).isEqualTo("9/1 1@1V 2@2V");
    }

    @Test
    void whatIsStaleOrIllegalHasNoEffect() {
        assertThat(judge(region, change(2, "9@4", new Step(Op.ADD_LEARNER, 9)))).isEqualTo("no effect");
        assertThat(judge(region, change(4, "9@4", new Step(Op.ADD_LEARNER, 9)))).isEqualTo("no effect");
        assertThat(judge(region, change(3, "9@3", new Step(Op.ADD_LEARNER, 9)))).isEqualTo("no effect");
        assertThat(judge(region, change(3, "1@4", new Step(Op.ADD_LEARNER, 1)))).isEqualTo("no effect");
        assertThat(judge(region, change(3, "", new Step(Op.ADD_VOTER, 9)))).isEqualTo("no effect");
        assertThat(judge(region, change(3, "", new Step(Op.REMOVE, 77)))).isEqualTo("no effect");
        assertThat(judge(region, change(3, "", new Step(Op.REMOVE, 1), new Step(Op.REMOVE, 2))))
                .isEqualTo("no effect");
        assertThat(judge(region, ConfChange.leaveJoint())).isEqualTo("no effect");
    }

    /** Scenario 72. */
    @Test
    void aRecoveryStrikesOutWhatIsLostAndSettlesTheRoles() {
        Region joint = region(new Epoch(3, 1), "1@1V 2@2D 3@3V 9@4I 7@5L");
        RecoverCommand command = RecoverCommand.decode(new RecoverCommand(new Epoch(3, 9), List.of(3L, 9L)).encode());

        Region left = ChangeJudge.judge(joint, command).orElseThrow();

        assertThat(left.peers()).isEqualTo(region(Epoch.FIRST, "1@1V 2@2V 7@5L").peers());
        assertThat(left.epoch()).isEqualTo(new Epoch(6, 1));
        assertThat(ChangeJudge.judge(left, command)).as("repeated").isEmpty();
        assertThat(ChangeJudge.judge(joint, new RecoverCommand(new Epoch(2, 1), List.of(3L))))
                .as("stale")
                .isEmpty();
        assertThat(ChangeJudge.judge(joint, new RecoverCommand(new Epoch(3, 1), List.of(1L, 2L, 3L, 9L))))
                .as("nobody is left")
                .isEmpty();
    }

    @Test
    void whatCannotBeReadIsNotSkippedByThisReplicaAlone() {
        assertThatThrownBy(() -> judge(region, ConfChange.addLearner(9)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("newer release");
    }

    private static ConfChange change(long confVersion, String homes, Step... steps) {
        List<ChangeRequest.Home> parsed = homes.isEmpty()
                ? List.of()
                : Arrays.stream(homes.split(" "))
                        .map(home -> home.split("@"))
                        .map(parts -> new ChangeRequest.Home(Long.parseLong(parts[0]), Long.parseLong(parts[1])))
                        .toList();
        return new ConfChange(List.of(steps), new ChangeRequest(new Epoch(confVersion, 1), parsed).encode());
    }

    private static String judge(Region region, ConfChange change) {
        return ChangeJudge.judge(region, ConfChange.decode(java.nio.ByteBuffer.wrap(change.encode())))
                .map(ChangeJudgeTest::text)
                .orElse("no effect");
    }

    static Region region(Epoch epoch, String peers) {
        List<Peer> parsed = Arrays.stream(peers.split(" "))
                .map(text -> {
                    int at = text.indexOf('@');
                    int end = text.length() - 1;
                    PeerRole role = Arrays.stream(PeerRole.values())
                            .filter(each -> each.name().charAt(0) == text.charAt(end))
                            .findFirst()
                            .orElseThrow();
                    return new Peer(
                            Long.parseLong(text.substring(0, at)), Long.parseLong(text.substring(at + 1, end)), role);
                })
                .toList();
        return new Region(1, KeyRange.ALL, epoch, parsed);
    }

    private static String text(Region region) {
        return region.epoch() + " "
                + region.peers().stream()
                        .map(peer -> peer.replicaId() + "@" + peer.storeId()
                                + peer.role().name().charAt(0))
                        .collect(Collectors.joining(" "));
    }
}
