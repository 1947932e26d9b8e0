package dev.cleave.region.store.split;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import java.util.List;
import org.junit.jupiter.api.Test;

class DivisionTest {
    private final Region region = new Region(
            1,
            KeyRange.of(Key.utf8("b"), Key.utf8("x")),
            new Epoch(2, 3),
            List.of(new Peer(11, 1, PeerRole.VOTER), new Peer(12, 2, PeerRole.LEARNER)));

    @Test
    void theRightMostPieceKeepsTheIdAndAllGetOneEpoch() {
        SplitCommand command = command(piece("f", 5, 51, 52), piece("m", 6, 61, 62));

        Division division = Division.of(region, SplitCommand.decode(command.encode()));

        Epoch epoch = new Epoch(2, 5);
        assertThat(division.parent())
                .isEqualTo(new Region(1, KeyRange.of(Key.utf8("m"), Key.utf8("x")), epoch, region.peers()));
        assertThat(division.children())
                .containsExactly(
                        new Region(
                                5,
                                KeyRange.of(Key.utf8("b"), Key.utf8("f")),
                                epoch,
                                List.of(new Peer(51, 1, PeerRole.VOTER), new Peer(52, 2, PeerRole.LEARNER))),
                        new Region(
                                6,
                                KeyRange.of(Key.utf8("f"), Key.utf8("m")),
                                epoch,
                                List.of(new Peer(61, 1, PeerRole.VOTER), new Peer(62, 2, PeerRole.LEARNER))));
    }

    @Test
    void keysMustLieStrictlyInsideInOrder() {
        assertThat(Division.problem(region, command(piece("b", 5, 51, 52)))).isPresent();
        assertThat(Division.problem(region, command(piece("x", 5, 51, 52)))).isPresent();
        assertThat(Division.problem(region, command(piece("a", 5, 51, 52)))).isPresent();
        assertThat(Division.problem(region, command(piece("m", 5, 51, 52), piece("f", 6, 61, 62))))
                .isPresent();
        assertThat(Division.problem(region, command(piece("f", 5, 51)))).isPresent();
        assertThat(Division.problem(region, command(piece("f", 5, 51, 52)))).isEmpty();
    }

    private SplitCommand command(SplitCommand.Piece... pieces) {
        return new SplitCommand(region.epoch(), List.of(pieces));
    }

    private static SplitCommand.Piece piece(String key, long region, long... replicas) {
        return new SplitCommand.Piece(
                Key.utf8(key), region, java.util.Arrays.stream(replicas).boxed().toList());
    }
}
