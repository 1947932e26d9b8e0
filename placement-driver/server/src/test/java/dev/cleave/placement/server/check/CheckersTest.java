package dev.cleave.placement.server.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.wire.Address;
import dev.cleave.placement.server.plan.Operator;
import dev.cleave.placement.server.plan.Plan;
import dev.cleave.placement.server.plan.Views;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.StoreInfo;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckersTest {
    /** Stores by letter: {@code "1U 2U 3D 4R 5O"} are up, up, draining, removed, out of touch; fewest replicas first. {@code "12X"}: replica 12 is destroyed. */
    private static final class Stores implements StoreChoice {
        private final List<String> words;

        Stores(String text) {
            words = Arrays.asList(text.trim().split(" +"));
        }

        @Override
        public boolean isUp(long storeId) {
            return words.contains(storeId + "U");
        }

        @Override
        public boolean isDraining(long storeId) {
            return words.contains(storeId + "D");
        }

        @Override
        public boolean isRemoved(long storeId) {
            return words.contains(storeId + "R");
        }

        @Override
        public boolean isDestroyed(long replicaId) {
            return words.contains(replicaId + "X");
        }

        @Override
        public List<Long> targets() {
            return words.stream()
                    .filter(word -> word.endsWith("U"))
                    .map(word -> Long.parseLong(word.substring(0, word.length() - 1)))
                    .toList();
        }

        @Override
        public int replicas(long storeId) {
            return (int) storeId;
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # region                          | stores                 | need
            1:11V 2:12V 3:13V L1              | 1U 2U 3U 4U            | none
            1:11V L1                          | 1U 2U 3U               | GROW to 2
            1:11V L1                          | 1U                     | none
            1:11V 2:12V L1                    | 1U 2U 3O               | none
            1:11V 2:12V L1                    | 5U 4U 1U 2U            | GROW to 5
            1:11V 2:12L L1                    | 1U 2U 3U               | GROW 12 to 2
            1:11V 2:12L L1                    | 1U 2O 3U               | REMOVE 12
            1:11V 2:12V 3:13V 4:14L L1        | 1U 2U 3U 4U            | REMOVE 14
            1:11V 2:12V 3:13V L1              | 1U 2U 3R               | none
            1:11V 2:12V 3:13V L1              | 1U 2U 3R 4U            | MOVE 13 to 4
            1:11V 2:12V 3:13V 4:14V L1        | 1U 2U 3R 4U            | REMOVE 13
            1:11V 2:12V 3:13V L1              | 1U 2U 3D 4U            | MOVE 13 to 4
            1:11V 2:12V 3:13V L1              | 1U 2U 3D               | none
            1:11V 2:12V 3:13V 4:14V L4        | 1U 2U 3U 4U            | REMOVE 13
            1:11V 2:12V 3:13V 4:14V L1        | 1U 2O 3U 4U            | REMOVE 12
            1:11V 2:12D 3:13V 4:14I L1        | 1U 2U 3U 4U            | none
            1:11V 2:12V 3:13V L1              | 1U 2U 3O 4U            | none
            1:11V 2:12V 3:13V L1              | 1U 2U 3U 12X           | REMOVE 12
            1:11V 2:12V 3:13V L1              | 1U 2U 3D 4U 12X        | REMOVE 12
            1:11V 2:12L L1                    | 1U 2U 3U 12X           | REMOVE 12
            1:11V 3:13V L1                    | 2U 1U 3U 12X           | GROW to 2
            1:11V 2:12D 3:13V 4:14I L1        | 1U 2U 3U 4U 12X        | none
            """)
    void aRegionNeedsOneThingAtATime(String region, String stores, String expected) {
        String need = new ReplicaChecker(3)
                .check(Views.view(region), new Stores(stores))
                .map(found -> found.kind()
                        + (found.peer() == null ? "" : " " + found.peer().replicaId())
                        + (found.toStore() == 0 ? "" : " to " + found.toStore()))
                .orElse("none");

        assertThat(need).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # region of which store 1 is lost | stores       | quorum is left
            1:11V 2:12V 3:13V                 | 1O 2U 3U     | yes
            1:11V 2:12V 3:13V                 | 1O 2O 3U     | yes
            1:11V 2:12V 3:13V                 | 1O 2R 3U     | no
            1:11V 2:12V                       | 1O 2U        | no
            1:11V                             | 1O           | no
            2:12V                             | 1O 2U        | yes
            1:11L 2:12V                       | 1O 2U        | yes
            1:11V 2:12V 3:13V 4:14V           | 1O 2U 3U 4U  | yes
            """)
    void aLostStoreMayBeGivenUpWhileEveryRegionKeepsItsQuorum(String region, String stores, String isLeft) {
        boolean isRefused = Retirement.lossRefusal(1, List.of(Views.region(region)), new Stores(stores))
                .isPresent();

        assertThat(isRefused ? "no" : "yes").isEqualTo(isLeft);
    }

    @Test
    void aDrainNeedsEnoughOthersThatAreUp() {
        assertThat(Retirement.drainRefusal(1, List.of(1L, 2L, 3L, 4L), 3)).isEmpty();
        assertThat(Retirement.drainRefusal(1, List.of(2L, 3L, 4L), 3)).isEmpty();
        assertThat(Retirement.drainRefusal(1, List.of(1L, 2L, 3L), 3))
                .get()
                .asString()
                .contains("only 2 other stores");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # keys of a split of [c,m) | refused because
            d                          | ok
            d,e,f                      | ok
            ''                         | no key
            c                          | not strictly inside
            m                          | not strictly inside
            a                          | not strictly inside
            e,d                        | must ascend
            d,d                        | must ascend
            """)
    void splitKeysLieStrictlyInsideAndAscend(String keys, String reason) {
        Region region = Views.region("1:11V L1 [c,m)");
        List<Key> list = keys.isEmpty()
                ? List.of()
                : Arrays.stream(keys.split(",")).map(Key::utf8).toList();

        assertRefusal(RequestCheck.split(region, list), reason.equals("ok") ? null : PdReply.Kind.INVALID, reason);
    }

    @Test
    void aKeyThatIsTooLongIsNoSplitKey() {
        assertRefusal(
                RequestCheck.split(Views.region("1:11V L1"), List.of(Key.own(new byte[5000]))),
                PdReply.Kind.INVALID,
                "too long");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # region             | from | to | state of to  | kind        | words
            1:11V 2:12V 3:13V    | 1    | 4  | UP           |             | ok
            1:11V 2:12V 3:13V    | 4    | 5  | UP           | INVALID     | no replica on store 4; it has them on stores [1, 2, 3]
            1:11V 2:12V 3:13V    | 1    | 2  | UP           | INVALID     | a replica on store 2 already
            1:11V 2:12V 3:13V    | 1    | 4  |              | NOT_FOUND   | store 4 is not known
            1:11V 2:12V 3:13V    | 1    | 4  | DISCONNECTED | UNSAFE      | store 4 is DISCONNECTED
            1:11V 2:12V 3:13V    | 1    | 4  | DRAINING     | UNSAFE      | store 4 is DRAINING
            1:11V 2:12V 3:13V    | 1    | 4  | REMOVED      | UNSAFE      | store 4 is REMOVED
            1:11L 2:12V 3:13V    | 1    | 4  | UP           | UNAVAILABLE | is no voter
            """)
    void aMigrationNeedsAReplicaAndAFreeStoreThatIsUp(
            String region, long from, long to, StoreInfo.State state, PdReply.Kind kind, String words) {
        Address at = new Address("h", 1);
        StoreInfo target = state == null ? null : new StoreInfo(to, at, at, state, 1, 0, 0, 0, 0, 0, 0);

        assertRefusal(RequestCheck.migrate(Views.region(region), from, to, target), kind, words);
    }

    /** Scenario 15: what would leave too few who could agree is refused in words. */
    @ParameterizedTest
    @CsvSource({
        "1:11V 2:12V 3:13V L1,             1, ok",
        "1:11V 2:12V 3:13V L1 d13,         1, ok",
        "1:11V 2:12V 3:13V L1 d13,         3, ok",
        "1:11V 2:12V L1 d12,               1, those on stores [2] do not answer",
        "1:11V 2:12V L1 d12,               2, those on stores [2] do not answer",
        "1:11V 2:12V 3:13V 4:14V L1 d13 d14, 1, 'of its 4 voters those on stores [3, 4] do not answer'",
        "1:11V 2:12V 3:13V 4:14V 5:15V L1 d13 d14, 1, ok",
    })
    void scenario15_aMoveNeedsAMajorityThatAnswersBeforeAndAfterIt(String region, long from, String words) {
        assertRefusal(
                RequestCheck.quorum(Views.view(region), from), words.equals("ok") ? null : PdReply.Kind.UNSAFE, words);
    }

    @Test
    void leadershipGoesToVotersAlone() {
        assertRefusal(RequestCheck.transfer(Views.region("1:11V 2:12V"), 2), null, "ok");
        assertRefusal(
                RequestCheck.transfer(Views.region("1:11V 2:12L"), 2), PdReply.Kind.INVALID, "no voter on store 2");
        assertRefusal(
                RequestCheck.transfer(Views.region("1:11V 2:12V"), 3), PdReply.Kind.INVALID, "no voter on store 3");
    }

    @Test
    void aRegionMustBeKnownIdleAndLed() {
        Plan plan = Plan.remove(
                Views.region("1:11V 2:12V"), Views.region("1:11V 2:12V").peers().get(1), "");
        Operator busy = new Operator(99, plan.kind(), plan.baseline(), plan.steps(), 0, OperatorView.State.RUNNING, "");

        assertRefusal(RequestCheck.region(7, Views.view("1:11V L1"), null), null, "ok");
        assertRefusal(RequestCheck.region(7, null, null), PdReply.Kind.NOT_FOUND, "region 7 is not known");
        assertRefusal(
                RequestCheck.region(7, Views.view("1:11V L0"), null), PdReply.Kind.UNAVAILABLE, "no known leader");
        assertRefusal(
                RequestCheck.region(7, Views.view("1:11I L1"), null), PdReply.Kind.UNAVAILABLE, "changing its members");
        assertRefusal(
                RequestCheck.region(7, Views.view("1:11V L1"), busy),
                PdReply.Kind.UNAVAILABLE,
                "busy with operator 99 (remove-peer)");
    }

    private static void assertRefusal(PdReply.Refused refused, PdReply.Kind kind, String words) {
        if (kind == null) {
            assertThat(refused).isNull();
        } else {
            assertThat(refused).isNotNull();
            assertThat(refused.kind()).isEqualTo(kind);
            assertThat(refused.message()).contains(words);
        }
    }
}
