package dev.cleave.placement.server.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.control.FromPlacement.Command;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.RegionView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperatorDeskTest {
    private static final long SECOND = 1_000_000_000L;

    private RegionView now = Views.view("1:11V L1 e1/1");
    private final List<String> sent = new ArrayList<>();
    private final List<Operator> ended = new ArrayList<>();
    private final List<Long> lost = new ArrayList<>();
    private final OperatorDesk desk = new OperatorDesk(
            new Observed() {
                @Override
                public RegionView region(long regionId) {
                    return now;
                }

                @Override
                public boolean isUsable(long storeId) {
                    return true;
                }

                @Override
                public boolean isDestroyed(long replicaId) {
                    return lost.contains(replicaId);
                }
            },
            new OperatorDesk.Ports() {
                @Override
                public void command(long storeId, Command command) {
                    sent.add("store " + storeId + " epoch " + command.epoch());
                }

                @Override
                public void end(Operator operator) {
                    ended.add(operator);
                }
            },
            new OperatorDesk.Limits(SECOND, 60 * SECOND, 600 * SECOND));
    private final Operator add = ProgressTest.operator(Plan.add(Views.region("1:11V L1"), 12, 2, "test"));

    /** Nothing would ever catch up: the plan ends at once, and the checker takes the learner away. Simulator seed 10626, 30 s. */
    @Test
    void anOperatorWhoseLearnerHasLostItsLogEnds() {
        desk.sync(List.of(add), 0);
        now = Views.view("1:11V 2:12L L1 e1/2 p12");
        lost.add(12L);

        desk.tick(SECOND);

        assertThat(ended).hasSize(1);
        assertThat(ended.get(0).state()).isEqualTo(OperatorView.State.CANCELLED);
        assertThat(ended.get(0).reason()).contains("has lost its log or its data");
    }

    @Test
    void aCommandGoesAtOnceIsRepeatedEverySecondAndFollowsLeaderAndEpoch() {
        desk.sync(List.of(add), 0);
        desk.tick(SECOND / 2);
        assertThat(sent).containsExactly("store 1 epoch 1/1");

        desk.tick(SECOND);
        assertThat(sent).hasSize(2);

        now = Views.view("1:11V L1 e1/2");
        desk.observe(Views.REGION, SECOND + 1);
        assertThat(sent).last().isEqualTo("store 1 epoch 1/2");

        now = Views.view("1:11V L0 e1/2");
        desk.tick(5 * SECOND);
        assertThat(sent).as("nobody leads").hasSize(3);
    }

    @Test
    void whatTheLeaderRefusesIsToldToPeopleUntilTheStepIsDone() {
        desk.sync(List.of(add), 0);
        desk.refused(Views.REGION, add.id(), "a quorum is down");
        desk.refused(Views.REGION, add.id() + 1, "of another operator");

        assertThat(desk.view(add, 1).reason()).isEqualTo("test; now: refused by its leader: a quorum is down");
        desk.tick(601 * SECOND);
        assertThat(ended.get(0).reason()).endsWith("a quorum is down");
        now = Views.view("1:11V 2:12L L1 e2/1 p12");
        desk.observe(Views.REGION, 602 * SECOND);
        assertThat(desk.view(add, 1).reason()).contains("catching up").doesNotContain("quorum");
    }

    @Test
    void theEndIsAskedForAgainUntilTheCatalogHasIt() {
        desk.sync(List.of(add), 0);
        now = Views.view("1:11V 2:12V L1 e3/1");
        desk.observe(Views.REGION, 10);
        desk.tick(20);
        desk.tick(10 + SECOND);
        assertThat(ended).hasSize(2).allMatch(end -> end.state() == OperatorView.State.DONE);

        assertThat(desk.counts().ended().get(Operator.Kind.ADD_PEER)).containsEntry(OperatorView.State.DONE, 0L);

        desk.sync(List.of(), 11 + SECOND);
        desk.tick(100 * SECOND);
        assertThat(ended).hasSize(2);
        assertThat(desk.on(Views.REGION)).isNull();
        assertThat(desk.counts().ended().get(Operator.Kind.ADD_PEER))
                .containsEntry(OperatorView.State.DONE, 1L)
                .containsEntry(OperatorView.State.CANCELLED, 0L);
    }

    @Test
    void stepsAreTimedFromWhenTheyAreNextUntilTheyAreSeenToBeDone() {
        desk.sync(List.of(add), 0);
        now = Views.view("1:11V 2:12L L1 e2/1");
        desk.observe(Views.REGION, 2 * SECOND);
        now = Views.view("1:11V 2:12V L1 e3/1");
        desk.observe(Views.REGION, 3 * SECOND);

        assertThat(desk.counts().steps().keySet()).containsExactly("add_learner", "promote");
        assertThat(desk.counts().steps().get("add_learner").seconds()).isEqualTo(2.0);
        assertThat(desk.counts().steps().get("promote").seconds()).isEqualTo(1.0);
        assertThat(java.util.Arrays.stream(desk.counts().steps().get("promote").counts())
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void whatAPersonCancelsIsCountedSo() {
        desk.sync(List.of(add), 0);
        desk.sync(List.of(), SECOND);

        assertThat(desk.counts().ended().get(Operator.Kind.ADD_PEER)).containsEntry(OperatorView.State.CANCELLED, 1L);
    }

    @Test
    void aStepThatTakesTooLongEndsTheOperatorInWords() {
        desk.sync(List.of(add), 0);
        now = Views.view("1:11V 2:12L L1 e2/1 p12");
        desk.tick(599 * SECOND);
        assertThat(ended).isEmpty();
        desk.tick(601 * SECOND);

        assertThat(ended).hasSize(1);
        assertThat(ended.get(0).state()).isEqualTo(OperatorView.State.CANCELLED);
        assertThat(ended.get(0).reason())
                .contains("add learner 12 on store 2")
                .contains("600 s")
                .contains("catching up");
    }

    @Test
    void aStepsClockStartsWhenTheStepDoes() {
        desk.sync(List.of(add), 0);
        now = Views.view("1:11V 2:12L L1 e2/1");
        desk.tick(500 * SECOND);
        desk.tick(555 * SECOND);
        assertThat(ended).isEmpty();

        desk.tick(561 * SECOND);
        assertThat(ended).hasSize(1);
        assertThat(ended.get(0).reason()).contains("make 12 on store 2 a voter").contains("60 s");
    }

    @Test
    void peopleSeeWhatIsDoneAndWhatItWaitsFor() {
        desk.sync(List.of(add), 0);
        now = Views.view("1:11V 2:12L L1 e2/1 p12");

        OperatorView view = desk.view(add, 1234);

        assertThat(view.kind()).isEqualTo("add-peer");
        assertThat(view.ageMillis()).isEqualTo(1234);
        assertThat(view.steps()).extracting(OperatorView.Step::isDone).containsExactly(false, false);
        assertThat(view.reason()).isEqualTo("test; now: replica 12 on store 2 is catching up");
    }
}
