package dev.cleave.placement.ctl.launch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.http.HttpOptions;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.WireOptions;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.launch.process.PlacementSettings;
import dev.cleave.placement.ctl.launch.process.ShownSetting;
import dev.cleave.placement.ctl.launch.process.StoreSettings;
import dev.cleave.placement.server.PlacementOptions;
import dev.cleave.region.store.StoreMemory;
import dev.cleave.region.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {
    private static final Map<String, String> NEEDED = Map.of("data", "d", "pd", "a:1");

    @TempDir
    Path directory;

    private Path file(String toml) throws IOException {
        return Files.writeString(directory.resolve("store.toml"), toml);
    }

    private static Settings store(Path file, Map<String, String> environment, Map<String, String> flags) {
        Map<String, String> all = new HashMap<>(NEEDED);
        all.putAll(flags);
        return Settings.of(Server.STORE, file, environment, all);
    }

    @Test
    void aFlagWinsOverTheEnvironmentThatOverTheFileAndTheFileOverTheDefault() throws IOException {
        Path file = file("listen = \"127.0.0.1:2\"\n");
        Map<String, String> environment = Map.of("CLEAVE_STORE_LISTEN", "127.0.0.1:3");
        Map<String, String> flags = Map.of("listen", "127.0.0.1:4");

        assertThat(store(null, Map.of(), Map.of()).get(StoreRegistry.LISTEN))
                .isEqualTo(Address.parse("127.0.0.1:20160"));
        assertThat(store(file, Map.of(), Map.of()).get(StoreRegistry.LISTEN)).isEqualTo(Address.parse("127.0.0.1:2"));
        assertThat(store(file, environment, Map.of()).get(StoreRegistry.LISTEN))
                .isEqualTo(Address.parse("127.0.0.1:3"));
        assertThat(store(file, environment, flags).get(StoreRegistry.LISTEN)).isEqualTo(Address.parse("127.0.0.1:4"));
    }

    @Test
    void eachSettingTellsWhereItCameFrom() throws IOException {
        Path file = file("http = \"127.0.0.1:2\"\n");

        Settings settings = store(file, Map.of("CLEAVE_STORE_NO_DELAY", "false"), Map.of());

        assertThat(settings.shown())
                .contains(
                        new ShownSetting("data", "d", "--data", null),
                        new ShownSetting("http", "127.0.0.1:2", file + ":1:1", "127.0.0.1:20180"),
                        new ShownSetting("no-delay", "false", "CLEAVE_STORE_NO_DELAY", "true"),
                        new ShownSetting("memory", "384MiB", "default", "384MiB"),
                        new ShownSetting("advertise", null, "not set", null));
    }

    @Test
    void thePlacementDriversAddressesHaveTheVariableThatAllCommandsRead() {
        Settings settings = Settings.of(Server.STORE, null, Map.of("CLEAVE_PD", "b:2"), Map.of("data", "d"));

        assertThat(settings.get(StoreRegistry.PD)).containsExactly(Address.parse("b:2"));
    }

    @Test
    void addressesMayBeAListOrATextWithCommas() throws IOException {
        Path asList = file("data = \"d\"\npd = [\"a:1\", \"b:2\"]\n");
        assertThat(Settings.of(Server.STORE, asList, Map.of(), Map.of()).get(StoreRegistry.PD))
                .containsExactly(Address.parse("a:1"), Address.parse("b:2"));

        Path asText = file("data = \"d\"\npd = \"a:1,b:2\"\n");
        assertThat(Settings.of(Server.STORE, asText, Map.of(), Map.of()).get(StoreRegistry.PD))
                .containsExactly(Address.parse("a:1"), Address.parse("b:2"));
    }

    @Test
    void allThatIsMissingIsNamed() {
        assertThatThrownBy(() -> Settings.of(Server.STORE, null, Map.of(), Map.of()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(
                        "missing --data DIR (or data = \"...\" in the file of --config, or CLEAVE_STORE_DATA)")
                .hasMessageContaining("missing --pd HOST:PORT");
    }

    @Test
    void aTableOrAnArrayOfNumbersIsNoText() throws IOException {
        Path file = file("pd = [1, 2]\n[listen]\nport = 1\n");

        assertThatThrownBy(() -> Settings.of(Server.STORE, file, Map.of(), NEEDED))
                .hasMessageContaining(":1:1 error: pd must be a text in quotes")
                .hasMessageContaining("unknown key listen.port");
    }

    @Test
    void numbersAndBooleansNeedNoQuotes() throws IOException {
        Settings settings =
                store(file("connections-max = 7\nno-delay = false\nsync = \"false\"\n"), Map.of(), Map.of());

        assertThat(settings.get(LinkSettings.LINKS)).isEqualTo(7);
        assertThat(settings.get(LinkSettings.NO_DELAY)).isFalse();
        assertThat(settings.get(StoreRegistry.SYNC)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connect-timeout | 5 | '5' is no time like 500ms, 3s, 10m or 1h",
                "connect-timeout | 1ms | '1ms' is not within 100ms to 1m",
                "connect-timeout | 61s | '61s' is not within 100ms to 1m",
                "connect-timeout | -1s | is no time",
                "unsent-max | 12 apples | '12 apples' is no size like 256KiB",
                "unsent-max | 1KiB | '1KiB' is not within 1MiB to 1GiB",
                "unsent-max | 999999999TiB | overflow",
                "memory | 191MiB | '191MiB' is not within 192MiB to 1TiB",
                "connections-max | 0 | '0' is no number from 1 to 1000000",
                "connections-max | 1e3 | '1e3' is no number",
                "connections-max | 99999999999 | is no number",
                "no-delay | yes | 'yes' is neither true nor false",
                "reads | best | 'best' is none of index|leased",
                "http-hosts | a b | 'a b' is not the name of a host",
                "read-timeout | 3s | must be at least twice keep-alive (2s)",
                "colour | red | unknown setting colour (known are",
                "unsend-max | 1MiB | unknown setting unsend-max (did you mean unsent-max?)",
            })
    void whatIsWrongIsRefusedInWords(String name, String value, String words) {
        assertThatThrownBy(() -> store(null, Map.of(), Map.of(name, value)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(words);
    }

    @Test
    void allMistakesAreToldAtOnceEachWithItsPlace() throws IOException {
        Path file = file("data = \"d\"\nconect-timeout = \"3s\"\nmemory = \"12 apples\"\nconnections-max = \"many\"\n");

        assertThatThrownBy(() ->
                        Settings.of(Server.STORE, file, Map.of("CLEAVE_STORE_READS", "x"), Map.of("sync", "maybe")))
                .hasMessageContaining(file + ":2:1 error: unknown key conect-timeout (did you mean connect-timeout?)")
                .hasMessageContaining(file + ":3:1 error: memory: '12 apples' is no size")
                .hasMessageContaining(file + ":4:1 error: connections-max: 'many' is no number")
                .hasMessageContaining("CLEAVE_STORE_READS: 'x' is none of")
                .hasMessageContaining("--sync: 'maybe' is neither")
                .hasMessageContaining("missing --pd");
    }

    /** A value that nobody reads would be a silent mistake. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CLEAVE_STORE_MEMROY | CLEAVE_STORE_MEMROY: unknown setting (did you mean CLEAVE_STORE_MEMORY?)",
                "CLEAVE_STORE_NODELAY | CLEAVE_STORE_NODELAY: unknown setting (did you mean CLEAVE_STORE_NO_DELAY?)",
                "CLEAVE_STORE_COLOUR | CLEAVE_STORE_COLOUR: unknown setting (all there are: cleave config example store)",
                "CLEAVE_STORE_PD | CLEAVE_STORE_PD: unknown setting (did you mean CLEAVE_PD?)",
            })
    void aVariableThatNoSettingHasIsRefused(String variable, String words) {
        Map<String, String> environment = Map.of(variable, "1", "CLEAVE_PDX", "of somebody else", "PATH", "/bin");

        assertThatThrownBy(() -> store(null, environment, Map.of()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("CLEAVE_PDX");
    }

    @Test
    void whatKubernetesTellsOfAServiceOfThatNameIsNoSetting() {
        Map<String, String> links = Map.of(
                "CLEAVE_STORE_SERVICE_HOST", "10.0.0.1",
                "CLEAVE_STORE_SERVICE_PORT", "20160",
                "CLEAVE_STORE_SERVICE_PORT_HTTP", "20180",
                "CLEAVE_STORE_PORT", "tcp://10.0.0.1:20160",
                "CLEAVE_STORE_PORT_20160_TCP", "tcp://10.0.0.1:20160",
                "CLEAVE_STORE_PORT_20160_TCP_ADDR", "10.0.0.1");

        assertThat(store(null, links, Map.of()).get(StoreRegistry.LISTEN)).isEqualTo(Address.parse("127.0.0.1:20160"));
    }

    @Test
    void aServerReadsTheVariablesOfItsOwnKindAlone() {
        Map<String, String> others = Map.of("CLEAVE_PD_REPLICAS", "1", "CLEAVE_PD_WRONG", "x", "CLEAVE_PD", "b:2");

        assertThat(Settings.of(Server.STORE, null, others, Map.of("data", "d")).get(StoreRegistry.PD))
                .containsExactly(Address.parse("b:2"));
        assertThatThrownBy(() -> Settings.of(Server.PD, null, others, Map.of("data", "d")))
                .hasMessageContaining("CLEAVE_PD_WRONG: unknown setting");
    }

    /** The registry's defaults are the code's: nobody who configures nothing gets anything else. */
    @Test
    void withoutASettingEverythingIsAsTheRoomsSay() {
        StoreSettings store = StoreRegistry.settings(store(null, Map.of(), Map.of()));
        assertThat(store.server().wire()).isEqualTo(WireOptions.defaults());
        assertThat(store.options()).isEqualTo(StoreOptions.defaults());
        assertThat(store.server().log()).isEqualTo(LogOptions.defaults());
        assertThat(store.memory()).isEqualTo(StoreMemory.defaults());
        assertThat(store.server().httpOptions()).isEqualTo(HttpOptions.defaults());

        PlacementSettings pd = PlacementRegistry.settings(Settings.of(Server.PD, null, Map.of(), Map.of("data", "d")));
        assertThat(pd.options()).isEqualTo(PlacementOptions.defaults());
        assertThat(pd.server().wire()).isEqualTo(WireOptions.defaults());
        assertThat(pd.server().log()).isEqualTo(LogOptions.defaults());
    }

    @Test
    void aSettingReachesTheRoomThatItIsFor() {
        StoreSettings store = StoreRegistry.settings(store(
                null,
                Map.of(),
                Map.of(
                        "write-timeout", "7s",
                        "read-timeout", "6s",
                        "split-size", "1MiB",
                        "snapshot-rate", "2MiB",
                        "sleep-after", "0",
                        "disk-free-min", "1GiB",
                        "http-hosts", "a.example,b.example",
                        "http-idle-close", "1s")));

        assertThat(store.server().wire().stallMax()).isEqualTo(Duration.ofSeconds(7));
        assertThat(store.server().wire().silenceMax()).isEqualTo(Duration.ofSeconds(6));
        assertThat(store.options().splits().bytes()).isEqualTo(1 << 20);
        assertThat(store.options().snapshots().bytesPerSecond()).isEqualTo(2 << 20);
        assertThat(store.options().raft().sleepAfterNanos()).isZero();
        assertThat(store.server().log().freeBytesFloor()).isEqualTo(1L << 30);
        assertThat(store.server().httpOptions().hostsAllowed()).isEqualTo(Set.of("a.example", "b.example"));
        assertThat(store.server().httpOptions().idleClose()).isEqualTo(Duration.ofSeconds(1));
        PlacementSettings pd = PlacementRegistry.settings(
                Settings.of(Server.PD, null, Map.of(), Map.of("data", "d", "replicas", "5", "check-every", "0")));
        assertThat(pd.options().replicasMax()).isEqualTo(5);
        assertThat(pd.options().consistencyEvery()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void theExampleIsAFileThatRunsAndNamesEverySetting(Server server) throws IOException {
        String example = Reference.example(server);

        Settings asItIs = Settings.of(server, file(example), Map.of(), Map.of());
        Settings uncommented =
                Settings.of(server, file(example.replaceAll("(?m)^# (?=[a-z-]+ = )", "")), Map.of(), Map.of());

        assertThat(asItIs.shown())
                .filteredOn(shown -> !shown.source().equals("default"))
                .isNotEmpty();
        assertThat(uncommented.shown())
                .as("each stands in the file, at its default or an example")
                .allMatch(shown -> shown.source().contains("store.toml:"))
                .allMatch(
                        shown -> shown.byDefault() == null || shown.byDefault().equals(shown.value()));
    }

    /** Whoever changes a setting prints them anew: {@code bin/cleave config example store > dist/src/conf/store.toml}. */
    @ParameterizedTest
    @EnumSource
    void theSamplesOfTheTarAreTheExamples(Server server) throws IOException {
        assertThat(Path.of("../../dist/src/conf/" + server.word() + ".toml")).hasContent(Reference.example(server));
        assertThat(Files.readString(Path.of("../../dist/src/systemd/cleave-" + server.word() + ".service")))
                .contains("bin/cleave " + server.word() + " --config /etc/cleave/" + server.word() + ".toml")
                .contains(server.prefix());
    }

    /** Whoever changes a setting prints the tables anew: {@code bin/cleave config reference store}. */
    @ParameterizedTest
    @EnumSource
    void theReferencePageSaysWhatTheCodeSays(Server server) throws IOException {
        String page = Files.readString(Path.of("../../docs/configuration.md"));

        assertThat(page).contains(Reference.table(server));
    }
}
