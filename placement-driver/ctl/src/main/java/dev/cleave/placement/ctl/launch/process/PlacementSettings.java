package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.wire.Address;
import dev.cleave.placement.server.PlacementOptions;
import java.nio.file.Path;

/** A placement driver as a person configures it. */
public record PlacementSettings(ServerSettings server, PlacementOptions options) {
    public PlacementSettings {
        Advertised.check("this placement driver", server.listen(), server.advertise());
    }

    /** With the defaults for all else. */
    public static PlacementSettings of(Path data, Address listen, Address http) {
        return new PlacementSettings(ServerSettings.of(data, listen, http), PlacementOptions.defaults());
    }

    public PlacementSettings withOptions(PlacementOptions other) {
        return new PlacementSettings(server, other);
    }
}
