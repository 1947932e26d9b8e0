package dev.cleave.region.replica;

import dev.cleave.engine.agents.AgentHost;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.log.RaftLogStore;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Network;
import dev.cleave.region.raft.RaftConfig;
import java.util.function.Supplier;

/** Everything a host is made of. */
public record ReplicasParts(
        RaftConfig raft,
        RaftLogStore log,
        StateMachine stateMachine,
        GroupListener listener,
        DurableApplied durableApplied,
        StoreDirectory directory,
        Network network,
        Supplier<Hello> self,
        AgentHost agents,
        Clock clock,
        Randomness randomness,
        ReplicaOptions options,
        StageTimes stages) {
    /** With nobody who hears how long the stages of writes take. */
    public ReplicasParts(
            RaftConfig raft,
            RaftLogStore log,
            StateMachine stateMachine,
            GroupListener listener,
            DurableApplied durableApplied,
            StoreDirectory directory,
            Network network,
            Supplier<Hello> self,
            AgentHost agents,
            Clock clock,
            Randomness randomness,
            ReplicaOptions options) {
        this(
                raft,
                log,
                stateMachine,
                listener,
                durableApplied,
                directory,
                network,
                self,
                agents,
                clock,
                randomness,
                options,
                StageTimes.NONE);
    }
}
