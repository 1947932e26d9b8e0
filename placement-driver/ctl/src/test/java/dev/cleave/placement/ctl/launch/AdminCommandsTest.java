package dev.cleave.placement.ctl.launch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cleave.engine.wire.Address;
import dev.cleave.placement.server.PlacementConfig;
import dev.cleave.placement.server.PlacementServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The admin commands against a real placement driver without stores: forms, refusals, exit codes. */
class AdminCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path directory;

    private static PlacementServer server;
    private static final AtomicReference<Throwable> failure = new AtomicReference<>();

    @BeforeAll
    static void start() {
        Address any = new Address("127.0.0.1", 0);
        server = PlacementServer.open(
                PlacementConfig.of(directory.resolve("pd"), any, any), (role, cause) -> failure.set(cause));
    }

    @AfterAll
    static void stop() {
        server.close();
        assertThat(failure.get()).isNull();
    }

    private static Run run(String command) {
        return Run.of((command + " --pd " + server.address()).split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "status, Status",
        "store list, StoreList",
        "region list, RegionList",
        "operator list, OperatorList",
    })
    void jsonIsAloneOnStdout(String command, String kind) throws IOException {
        Run run = run(command + " -o json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        JsonNode document = JSON.readTree(run.out());
        assertThat(document.get("apiVersion").asText()).isEqualTo("v1");
        assertThat(document.get("kind").asText()).isEqualTo(kind);
        if (kind.endsWith("List")) {
            assertThat(document.get("items").isArray()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "status, stores    0 up of 0",
        "store list, ID  ADDRESS",
        "region list, ID  RANGE",
        "operator list, ID  KIND",
    })
    void tablesAreTheDefault(String command, String part) {
        Run run = run(command);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains(part);
    }

    @ParameterizedTest
    @CsvSource({
        "region show 7",
        "region show r7",
        "region split 7 --at k",
        "region migrate 7 --from 1 --to 2",
        "region transfer-leader 7 --to 1",
        "region check 7",
        "region recover --lost 7",
        "region recover --lost 7 --yes",
        "store show store7",
        "store remove 7",
        "store remove 7 --lost",
        "operator show op-7",
        "operator cancel 7",
    })
    void whatIsNotThereIsNotFound(String command) {
        for (String form : new String[] {"", " -o json"}) {
            Run run = run(command + form);

            assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("7").doesNotContain("Exception");
        }
    }

    @Test
    void aClusterWithoutStoresServesNoKeysButSaysSo() {
        Run run = run("kv get a --timeout 1");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
    }
}
