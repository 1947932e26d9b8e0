package dev.cleave.tests.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.placement.server.plan.Plan;
import dev.cleave.placement.server.plan.Step;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.ConfChange;
import dev.cleave.region.raft.ConfChange.Op;
import dev.cleave.region.store.lifecycle.Life;
import dev.cleave.region.store.migrate.ChangeJudge;
import dev.cleave.region.store.migrate.ChangeRequest;
import dev.cleave.region.store.migrate.ChangeRequest.Home;
import dev.cleave.region.store.migrate.RecoverCommand;
import dev.cleave.region.store.split.Division;
import dev.cleave.region.store.split.SplitCommand;
import dev.cleave.region.store.state.EpochRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The pictures in {@code docs/region-life.md} are what the code prints of its own tables. A block there follows the line {@code <!-- printed: NAME -->}; if
 * it differs, what this test expects is what belongs there.
 */
class RegionLifeDocTest {
    private final String page = page();

    @Test
    void theLivesOfAReplicaAreThoseOfTheTable() {
        StringBuilder picture = new StringBuilder("stateDiagram-v2\n");
        picture.append("    [*] --> ").append(Life.ABSENT).append('\n');
        for (Life from : Life.values()) {
            for (Life to : Life.values()) {
                if (from.mayBecome(to)) {
                    picture.append("    ")
                            .append(from)
                            .append(" --> ")
                            .append(to)
                            .append('\n');
                }
            }
        }

        assertThat(printed("life")).isEqualTo(picture.toString());
        for (Life life : Life.values()) {
            assertThat(page).as("what it means").contains("| " + life + " |");
        }
    }

    @Test
    void theRulesOfTheEpochAreThoseOfTheTable() {
        StringBuilder table = new StringBuilder(String.format("%-14s%-26s%s%n", "entry", "made for this", "moves"));
        for (EpochRules rule : EpochRules.values()) {
            String line = String.format(
                    "%-14s%-26s%s",
                    rule,
                    parts(rule.checksVersion(), rule.checksConfVersion()),
                    parts(rule.movesVersion(), rule.movesConfVersion()));
            table.append(line.stripTrailing()).append('\n');
        }

        assertThat(printed("epoch")).isEqualTo(table.toString());
    }

    private static String parts(boolean version, boolean confVersion) {
        return version && confVersion
                ? "version and confVersion"
                : version ? "version" : confVersion ? "confVersion" : "–";
    }

    @Test
    void aSplitMakesWhatTheCodeMakesOfIt() {
        Region whole = region(new Epoch(5, 1), KeyRange.ALL, "11@1V 12@2V 13@3V");
        SplitCommand command = new SplitCommand(
                whole.epoch(),
                List.of(
                        new SplitCommand.Piece(Key.utf8("g"), 20, List.of(21L, 22L, 23L)),
                        new SplitCommand.Piece(Key.utf8("p"), 30, List.of(31L, 32L, 33L))));
        Division division = Division.of(whole, command);

        StringBuilder picture =
                new StringBuilder("before   ").append(text(whole)).append('\n');
        division.children()
                .forEach(
                        child -> picture.append("child    ").append(text(child)).append('\n'));
        picture.append("parent   ").append(text(division.parent())).append('\n');

        assertThat(printed("split")).isEqualTo(picture.toString());
    }

    @Test
    void aMigrationTakesTheStepsOfItsPlanAndTheDescriptorsAreWhatTheJudgeSays() {
        Region region = region(new Epoch(5, 3), KeyRange.of(Key.utf8("g"), Key.utf8("p")), "11@1V 12@2V 13@3V");
        Plan plan = Plan.move(region, region.peerOn(3).orElseThrow(), 14, 4, "");
        List<String> steps = plan.steps().stream().map(Step::describe).toList();
        StringBuilder picture = new StringBuilder();
        line(picture, "", region);
        Region learner = judged(region, List.of(new Home(14, 4)), new ConfChange.Step(Op.ADD_LEARNER, 14));
        line(picture, "1. " + steps.get(0), learner);
        Region joint = judged(
                learner,
                List.of(new Home(14, 4), new Home(13, 3)),
                new ConfChange.Step(Op.ADD_VOTER, 14),
                new ConfChange.Step(Op.ADD_LEARNER, 13));
        line(picture, "2. " + steps.get(1), joint);
        Region left = ChangeJudge.judge(joint, ConfChange.leaveJoint()).orElseThrow();
        line(picture, "   the leader leaves it by itself", left);
        Region moved = judged(left, List.of(), new ConfChange.Step(Op.REMOVE, 13));
        line(picture, "3. " + steps.get(2), moved);

        assertThat(printed("migration")).isEqualTo(picture.toString());
    }

    @Test
    void aRecoveryLeavesWhatTheJudgeSays() {
        Region region = region(new Epoch(5, 3), KeyRange.ALL, "11@1V 12@2V 13@3V");
        Region left = ChangeJudge.judge(region, new RecoverCommand(region.epoch(), List.of(12L, 13L)))
                .orElseThrow();
        StringBuilder picture = new StringBuilder();
        line(picture, "", region);
        line(picture, "stores 2 and 3 are lost for good", left);

        assertThat(printed("recovery")).isEqualTo(picture.toString());
    }

    private static Region judged(Region region, List<Home> homes, ConfChange.Step... steps) {
        ConfChange change = new ConfChange(List.of(steps), new ChangeRequest(region.epoch(), homes).encode());
        return ChangeJudge.judge(region, change).orElseThrow();
    }

    private static void line(StringBuilder picture, String what, Region region) {
        if (!what.isEmpty()) {
            picture.append(what).append('\n');
        }
        picture.append("         ").append(text(region)).append('\n');
    }

    private static String text(Region region) {
        String peers = region.peers().stream()
                .map(peer -> peer.replicaId() + " on store " + peer.storeId() + " "
                        + peer.role().name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .collect(Collectors.joining(", "));
        return "region " + region.id() + " " + region.range() + " epoch " + region.epoch() + ": " + peers;
    }

    private static Region region(Epoch epoch, KeyRange range, String text) {
        List<Peer> peers = new ArrayList<>();
        for (String word : text.split(" ")) {
            String[] parts = word.substring(0, word.length() - 1).split("@");
            peers.add(new Peer(Long.parseLong(parts[0]), Long.parseLong(parts[1]), PeerRole.VOTER));
        }
        return new Region(7, range, epoch, peers);
    }

    private String printed(String name) {
        Matcher block = Pattern.compile("<!-- printed: " + name + " -->\n+```\\w*\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        return block.find() ? block.group(1) : "there is no block " + name;
    }

    private static String page() {
        Path path = Path.of("").toAbsolutePath();
        while (!Files.exists(path.resolve("docs/ARCHITECTURE.md"))) {
            path = path.getParent();
        }
        try {
            return Files.readString(path.resolve("docs/region-life.md"));
        } catch (IOException missing) {
            return "";
        }
    }
}
