package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.http.HttpOptions;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.WireOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What every server has, whatever it serves: a directory, addresses, a log, connections.
 *
 * @param advertise what others are told to reach it by, if that is not where it listens
 * @param shown the settings as they were given, for {@code GET /config}; empty if it was not configured by a person
 */
public record ServerSettings(
        Path data,
        Address listen,
        Address http,
        Optional<Address> advertise,
        LogOptions log,
        WireOptions wire,
        HttpOptions httpOptions,
        List<ShownSetting> shown) {
    public ServerSettings {
        shown = List.copyOf(shown);
    }

    /** With the defaults for all else. */
    public static ServerSettings of(Path data, Address listen, Address http) {
        return new ServerSettings(
                data,
                listen,
                http,
                Optional.empty(),
                LogOptions.defaults(),
                WireOptions.defaults(),
                HttpOptions.defaults(),
                List.of());
    }
}
