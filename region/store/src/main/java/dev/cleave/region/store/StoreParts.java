package dev.cleave.region.store;

import dev.cleave.engine.agents.AgentHost;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.log.RaftLogStore;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Network;
import dev.cleave.region.replica.StageTimes;
import dev.cleave.region.store.report.DiskUse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a store is made of. The store closes none of them: whoever made them does, after the store.
 *
 * @param listen where to accept links
 * @param advertised what others are told to reach it by; null means the address it listens on
 * @param http where its HTTP server answers; only told to others
 * @param placement the placement driver's members
 */
public record StoreParts(
        KvEngine engine,
        RaftLogStore log,
        Network network,
        Address listen,
        @Nullable Address advertised,
        Address http,
        List<Address> placement,
        IdentityPort identity,
        DiskUse disk,
        AgentHost agents,
        Clock clock,
        Randomness randomness,
        StoreOptions options,
        StageTimes stages) {
    public StoreParts {
        placement = List.copyOf(placement);
    }
}
