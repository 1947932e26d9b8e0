package dev.cleave.placement.ctl.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cleave.engine.wire.Address;
import dev.cleave.placement.ctl.command.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    Path directory;

    private Path file(String toml) throws IOException {
        return Files.writeString(directory.resolve("store.toml"), toml);
    }

    /** All names there are, and the one default. */
    private static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("data", null);
        defaults.put("listen", "127.0.0.1:1");
        defaults.put("pd", null);
        return defaults;
    }

    @Test
    void aFlagWinsOverTheFileAndTheFileOverTheDefault() throws IOException {
        Path file = file("listen = \"127.0.0.1:2\"\n");

        assertThat(new Settings(defaults(), null, Map.of()).address("listen")).isEqualTo(Address.parse("127.0.0.1:1"));
        assertThat(new Settings(defaults(), file, Map.of()).address("listen")).isEqualTo(Address.parse("127.0.0.1:2"));
        assertThat(new Settings(defaults(), file, Map.of("listen", "127.0.0.1:3")).address("listen"))
                .isEqualTo(Address.parse("127.0.0.1:3"));
    }

    @Test
    void addressesMayBeAListOrATextWithCommas() throws IOException {
        Path asList = file("pd = [\"a:1\", \"b:2\"]\n");
        assertThat(new Settings(defaults(), asList, Map.of()).addresses("pd"))
                .containsExactly(Address.parse("a:1"), Address.parse("b:2"));

        Path asText = file("pd = \"a:1,b:2\"\n");
        assertThat(new Settings(defaults(), asText, Map.of()).addresses("pd"))
                .containsExactly(Address.parse("a:1"), Address.parse("b:2"));
    }

    @Test
    void whatIsMissingIsNamed() {
        Settings settings = new Settings(defaults(), null, Map.of());

        assertThatThrownBy(() -> settings.path("data"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("missing --data DIR");
        assertThat(settings.optionalAddress("pd")).isEmpty();
    }

    @Test
    void aTableOrAnArrayOfNumbersIsNoText() throws IOException {
        Path file = file("pd = [1, 2]\n[listen]\nport = 1\n");

        assertThatThrownBy(() -> new Settings(defaults(), file, Map.of()))
                .hasMessageContaining(":1:1 error: pd must be a text in quotes")
                .hasMessageContaining("unknown key listen.port");
    }
}
