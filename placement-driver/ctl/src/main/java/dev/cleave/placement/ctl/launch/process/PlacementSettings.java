package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.http.HttpOptions;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.WireOptions;
import dev.cleave.placement.ctl.launch.config.Settings;
import dev.cleave.placement.server.PlacementOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A placement driver as a person configures it.
 *
 * @param advertise what others are told to reach it by, if that is not where it listens
 * @param shown the settings as they were given; empty if it was not configured by a person
 */
public record PlacementSettings(
        Path data,
        Address listen,
        Address http,
        Optional<Address> advertise,
        PlacementOptions options,
        LogOptions log,
        WireOptions wire,
        HttpOptions httpOptions,
        List<Settings.Shown> shown) {
    public PlacementSettings {
        shown = List.copyOf(shown);
        Advertised.check("this placement driver", listen, advertise);
    }

    /** With the defaults for all else. */
    public static PlacementSettings of(Path data, Address listen, Address http) {
        return new PlacementSettings(
                data,
                listen,
                http,
                Optional.empty(),
                PlacementOptions.defaults(),
                LogOptions.defaults(),
                WireOptions.defaults(),
                HttpOptions.defaults(),
                List.of());
    }

    public PlacementSettings withAdvertise(Optional<Address> address) {
        return new PlacementSettings(data, listen, http, address, options, log, wire, httpOptions, shown);
    }

    public PlacementSettings withOptions(PlacementOptions other) {
        return new PlacementSettings(data, listen, http, advertise, other, log, wire, httpOptions, shown);
    }

    public PlacementSettings withLog(LogOptions other) {
        return new PlacementSettings(data, listen, http, advertise, options, other, wire, httpOptions, shown);
    }

    public PlacementSettings withWire(WireOptions other) {
        return new PlacementSettings(data, listen, http, advertise, options, log, other, httpOptions, shown);
    }

    public PlacementSettings withHttp(HttpOptions other) {
        return new PlacementSettings(data, listen, http, advertise, options, log, wire, other, shown);
    }

    public PlacementSettings withShown(List<Settings.Shown> settings) {
        return new PlacementSettings(data, listen, http, advertise, options, log, wire, httpOptions, settings);
    }
}
