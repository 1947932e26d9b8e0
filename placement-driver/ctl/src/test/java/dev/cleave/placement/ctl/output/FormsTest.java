package dev.cleave.placement.ctl.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static RegionView view(Key start, Key end) {
        Region region = new Region(
                7,
                KeyRange.of(start, end),
                new Epoch(3, 2),
                List.of(new Peer(11, 1, PeerRole.VOTER), new Peer(12, 2, PeerRole.LEARNER)));
        return new RegionView(region, 1, 6, 99, 98, 1234, List.of(12L), List.of());
    }

    @Test
    void columnsAreAlignedWithoutTrailingBlanks() {
        String text = new Table("ID", "NAME", "X")
                .row(1, "short", "")
                .row(20, "much longer", "y")
                .row(3, "ünï", "z")
                .toString();

        assertThat(text).isEqualTo("""
                        ID  NAME         X
                        1   short
                        20  much longer  y
                        3   ünï          z
                        """);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1572864, 1.5 MiB", "1099511627776, 1.0 TiB"})
    void sizesAreForPeople(long bytes, String expected) {
        assertThat(Sizes.bytes(bytes)).isEqualTo(expected);
    }

    @Test
    void aRegionSaysWhatScriptsAskFor() throws IOException {
        JsonNode region = JSON.readTree(Json.document("Region", Json.region(view(Key.utf8("a"), Key.EMPTY))));

        assertThat(region.get("apiVersion").asText()).isEqualTo("v1");
        assertThat(region.get("kind").asText()).isEqualTo("Region");
        assertThat(region.get("id").asLong()).isEqualTo(7);
        assertThat(region.get("startKey").asText()).isEqualTo("a");
        assertThat(region.get("startKeyHex").asText()).isEqualTo("61");
        assertThat(region.get("endKey").isNull())
                .as("an open end is the empty text")
                .isFalse();
        assertThat(region.get("endKey").asText()).isEmpty();
        assertThat(region.get("endKeyHex").asText()).isEmpty();
        assertThat(region.get("epoch").get("confVersion").asLong()).isEqualTo(3);
        assertThat(region.get("epoch").get("version").asLong()).isEqualTo(2);
        assertThat(region.get("leaderStore").asLong()).isEqualTo(1);
        assertThat(region.get("peers")).hasSize(2);
        assertThat(region.get("peers").get(1).get("role").asText()).isEqualTo("learner");
        assertThat(region.get("peers").get(1).get("pending").asBoolean()).isTrue();
    }

    @Test
    void aKeyThatIsNoTextIsNullBesideItsHex() throws IOException {
        JsonNode region =
                JSON.readTree(Json.document("Region", Json.region(view(Key.own(new byte[] {(byte) 0xFF}), Key.EMPTY))));

        assertThat(region.get("startKey").isNull()).isTrue();
        assertThat(region.get("startKeyHex").asText()).isEqualTo("ff");
    }

    @Test
    void aListWrittenItemByItemIsTheSameDocument() throws IOException {
        Map<String, ?> pair = Json.pair(new byte[] {'k'}, new byte[] {0});
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);

        try (JsonItems items = new JsonItems(out, "PairList")) {
            items.item(pair);
            items.item(pair);
        }

        assertThat(JSON.readTree(text.toString())).isEqualTo(JSON.readTree(Json.list("PairList", List.of(pair, pair))));
        assertThat(JSON.readTree(text.toString())
                        .get("items")
                        .get(0)
                        .get("value")
                        .isNull())
                .isTrue();
    }

    @Test
    void anOperatorShowsItsSteps() throws IOException {
        OperatorView view = new OperatorView(
                3,
                "move-peer",
                7,
                OperatorView.State.RUNNING,
                List.of(new OperatorView.Step("add learner", true)),
                5,
                "r");

        JsonNode operator = JSON.readTree(Json.document("Operator", Json.operator(view)));

        assertThat(operator.get("state").asText()).isEqualTo("running");
        assertThat(operator.get("steps").get(0).get("done").asBoolean()).isTrue();
    }
}
