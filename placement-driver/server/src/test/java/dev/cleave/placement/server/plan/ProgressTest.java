package dev.cleave.placement.server.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.control.FromPlacement.SplitIds;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each operator does next, by what its region's leader last reported. */
class ProgressTest {
    private static final String THREE = "1:11V 2:12V 3:13V L1";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # moving 11 on store 1 to 14 on store 4: seen                    | step | says
            1:11V 2:12V 3:13V L2 e1/1                                         | 0    | peers +14L
            1:11V 2:12V 3:13V L2 e2/1                                         | 0    | broken membership was changed
            1:11V 2:12V 3:13V 4:14L L2 e2/1 p14                               | 0    | wait catching up
            1:11V 2:12V 3:13V 4:14L L2 e2/1 d14                               | 0    | wait catching up
            1:11V 2:12V 3:13V 4:14L L2 e2/1                                   | 1    | peers +14V +11L
            1:11V 2:12V 3:13V 4:14L L2 e2/2                                   | 1    | peers +14V +11L
            1:11V 2:12V 3:13V 4:14L L1 e2/1                                   | 1    | transfer 12
            1:11V 2:12V 3:13V 4:14L L1 e2/1 p12                               | 1    | transfer 13
            1:11V 2:12V 3:13V 4:14L L1 e2/1 d12 d13                           | 1    | peers +14V +11L
            1:11D 2:12V 3:13V 4:14I L2 e4/1                                   | 1    | wait joint
            1:11L 2:12V 3:13V 4:14V L2 e6/1                                   | 2    | peers -11
            1:11L 2:12V 3:13V 4:14V L2 e6/1 p14                               | 2    | peers -11
            2:12V 3:13V 4:14V L4 e7/1                                         | 3    | done
            1:11V 2:12V 3:13V 4:14L 5:15L L2 e3/1                             | 1    | broken by somebody else
            1:11V 2:12V 4:14L L2 e3/1                                         | 1    | broken by somebody else
            """)
    void aMoveTakesItsNextStep(String seen, int step, String says) {
        Operator move = operator(
                Plan.move(Views.region(THREE), Views.region(THREE).peerOn(1).orElseThrow(), 14, 4, "test"));

        assertSays(Progress.of(move, Views.observed(List.of(Views.view(seen)))), step, says);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # growing by 12 on store 2: seen     | step | says
            1:11V L1 e1/1                        | 0    | peers +12L
            1:11V 2:12L L1 e2/1 p12              | 0    | wait catching up
            1:11V 2:12L L1 e2/1                  | 1    | peers +12V
            1:11V 2:12V L1 e3/1                  | 2    | done
            1:11V 2:12V L1 e3/1 p12              | 2    | done
            1:11V L1 e3/1                        | 0    | broken membership was changed
            """)
    void aGrowthTakesItsNextStep(String seen, int step, String says) {
        Operator add = operator(Plan.add(Views.region("1:11V L1"), 12, 2, "test"));

        assertSays(Progress.of(add, Views.observed(List.of(Views.view(seen)))), step, says);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # removing 13 on store 3: seen        | step | says
            1:11V 2:12V 3:13V L1 e1/1             | 0    | peers -13
            1:11V 2:12V 3:13V L3 e1/1             | 0    | transfer 11
            1:11V 2:12V 3:13D L1 e1/1             | 0    | wait joint
            1:11V 2:12V L1 e2/1                   | 1    | done
            1:11V L1 e3/1                         | 1    | broken by somebody else
            """)
    void aRemovalTakesItsNextStep(String seen, int step, String says) {
        Operator remove = operator(
                Plan.remove(Views.region(THREE), Views.region(THREE).peerOn(3).orElseThrow(), "test"));

        assertSays(Progress.of(remove, Views.observed(List.of(Views.view(seen)))), step, says);
    }

    @Test
    void aTransferIsDoneWhenTheTargetLeadsAndBrokenWhenItIsNoVoter() {
        Operator transfer = operator(
                Plan.transfer(Views.region(THREE), Views.region(THREE).peerOn(2).orElseThrow(), "test"));

        assertSays(Progress.of(transfer, seen("1:11V 2:12V 3:13V L1")), 0, "transfer 12");
        assertSays(Progress.of(transfer, seen("1:11V 2:12V 3:13V L2")), 1, "done");
        assertSays(Progress.of(transfer, seen("1:11V 2:12L 3:13V L1")), 0, "broken by somebody else");
    }

    @Test
    void aSplitWaitsUntilEveryPieceHasBeenHeardOf() {
        RegionView whole = Views.view("1:11V 2:12V L1 [a,z)");
        Operator split = operator(
                Plan.split(whole.region(), List.of(Key.utf8("f"), Key.utf8("p")), new Counter()::next, "test"));
        RegionView rest = Views.view("1:11V 2:12V L1 e1/3 [p,z)");
        RegionView left = Views.view("r100 1:101V 2:102V L1 e1/3 [a,f)");
        RegionView middle = Views.view("r103 1:104V 2:105V L1 e1/3 [f,p)");

        assertSays(Progress.of(split, Views.observed(List.of(whole))), 0, "split [f, p]");
        assertSays(Progress.of(split, Views.observed(List.of(rest, left))), 0, "wait 103 has not been heard of");
        assertSays(Progress.of(split, Views.observed(List.of(rest, left, middle))), 1, "done");
        assertSays(Progress.of(split, seen("1:11V 2:12V L1 e1/2 [c,z)")), 0, "broken range was changed");
        assertThat(((Step.SplitAt) split.steps().get(0)).pieces())
                .containsExactly(
                        new SplitIds.Piece(100, List.of(101L, 102L)), new SplitIds.Piece(103, List.of(104L, 105L)));
    }

    @Test
    void aTargetThatGoesDownEndsTheMoveWhileItsReplicaIsStillALearner() {
        Operator move = operator(
                Plan.move(Views.region(THREE), Views.region(THREE).peerOn(1).orElseThrow(), 14, 4, "test"));

        assertSays(Progress.of(move, Views.observed(List.of(Views.view(THREE)), 4L)), 0, "broken store 4 is down");
        assertSays(
                Progress.of(move, Views.observed(List.of(Views.view("1:11V 2:12V 3:13V 4:14L L2 e2/1")), 4L)),
                0,
                "broken store 4 is down");
        assertSays(
                Progress.of(move, Views.observed(List.of(Views.view("1:11L 2:12V 3:13V 4:14V L2 e6/1")), 4L)),
                2,
                "peers -11");
    }

    @Test
    void aRegionNotHeardOfIsWaitedFor() {
        Operator add = operator(Plan.add(Views.region("1:11V L1"), 12, 2, "test"));

        assertSays(Progress.of(add, Views.observed(List.of())), 0, "wait has not been heard of");
    }

    private static Observed seen(String text) {
        return Views.observed(List.of(Views.view(text)));
    }

    static Operator operator(Plan plan) {
        return new Operator(
                1, plan.kind(), plan.baseline(), plan.steps(), 0, OperatorView.State.RUNNING, plan.reason());
    }

    private static void assertSays(Progress progress, int step, String says) {
        String kind = says.split(" ", 2)[0];
        String rest = says.contains(" ") ? says.split(" ", 2)[1] : "";
        assertThat(text(progress.verdict()))
                .startsWith(kind)
                .endsWith(rest.isEmpty() ? kind : "")
                .contains(rest);
        assertThat(progress.step()).isEqualTo(step);
    }

    private static String text(Verdict verdict) {
        return switch (verdict.kind()) {
            case DONE -> "done";
            case WAIT -> "wait " + verdict.text();
            case BROKEN -> "broken " + verdict.text();
            case SEND -> action(verdict.action());
        };
    }

    private static String action(Action action) {
        if (action instanceof Action.ChangePeers change) {
            List<String> words = new ArrayList<>();
            for (Peer peer : change.peers()) {
                words.add("+" + peer.replicaId() + peer.role().name().charAt(0));
            }
            change.removed().forEach(peer -> words.add("-" + peer.replicaId()));
            return "peers " + String.join(" ", words);
        }
        return action instanceof Action.TransferLeader transfer
                ? "transfer " + transfer.replicaId()
                : "split " + ((Action.Split) action).keys();
    }

    private static final class Counter {
        private long next = 100;

        long next() {
            return next++;
        }
    }
}
