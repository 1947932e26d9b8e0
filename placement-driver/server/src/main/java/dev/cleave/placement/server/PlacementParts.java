package dev.cleave.placement.server;

import dev.cleave.engine.agents.AgentHost;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.log.RaftLogStore;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.Network;
import dev.cleave.region.raft.RaftConfig;
import dev.cleave.region.replica.ReplicaOptions;
import org.jspecify.annotations.Nullable;

/**
 * Everything a placement driver is made of. Network, engine, log and agents stay the owner's, who closes them after the node.
 *
 * @param dataUuid identity of the data directory
 * @param startNumber how many times this node has started
 * @param listen where stores, clients and tools reach it
 * @param advertised what they are told; null for the address it is bound to
 */
public record PlacementParts(
        long dataUuid,
        long startNumber,
        Address listen,
        @Nullable Address advertised,
        Network network,
        KvEngine engine,
        RaftLogStore log,
        AgentHost agents,
        Clock clock,
        Randomness randomness,
        RaftConfig raft,
        ReplicaOptions replicaOptions,
        PlacementOptions options) {}
