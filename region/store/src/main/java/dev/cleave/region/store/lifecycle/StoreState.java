package dev.cleave.region.store.lifecycle;

import dev.cleave.engine.kv.KvEngine;
import dev.cleave.region.store.state.ApplyTurn;
import dev.cleave.region.store.state.EngineDurableApplied;
import dev.cleave.region.store.state.PublishedRegions;
import dev.cleave.region.store.state.RegionStates;

/** The parts that hold a store's applied state; whoever begins or ends a replica changes them together. */
public record StoreState(
        KvEngine engine,
        RegionStates states,
        PublishedRegions published,
        ApplyTurn turn,
        EngineDurableApplied durable,
        ReplicaLives lives,
        Ranges ranges) {}
