package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.wire.Address;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A placement driver as a person configures it.
 *
 * @param advertise what others are told to reach it by, if that is not where it listens
 */
public record PlacementSettings(Path data, Address listen, Address http, Optional<Address> advertise) {
    public PlacementSettings {
        Advertised.check("this placement driver", listen, advertise);
    }
}
