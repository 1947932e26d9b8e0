package dev.cleave.bench.peers;

import dev.cleave.bench.compare.Peer;
import dev.cleave.bench.compare.Servers;
import dev.cleave.bench.compare.Subject;
import dev.cleave.region.workload.KvTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;

/** Apache Ratis, a Raft library, under the smallest store one can make of it: a map in memory, rebuilt from its log. */
public final class RatisPeer implements Peer {
    private static final int OUTSTANDING_MAX = 1_024;

    @Override
    public String name() {
        return "ratis";
    }

    @Override
    public String inWords() {
        return "Apache Ratis 3.2.2 over gRPC with a map in memory, log forced (its default), heap up to 1 GiB each; one group; reads by read index, which asks a quorum only after something was committed, -lease: leader's lease";
    }

    @Override
    public long mebibytes() {
        return 4_400;
    }

    @Override
    public boolean isForeign() {
        return true;
    }

    @Override
    public void start(Subject subject, Servers servers) throws IOException {
        ThreeServers.start(RatisServer.class, subject, servers);
    }

    static RaftGroup group(int firstPort) {
        List<RaftPeer> peers = new ArrayList<>();
        for (int server = 0; server < Ports.SERVERS; server++) {
            peers.add(RaftPeer.newBuilder()
                    .setId(id(server))
                    .setAddress(Ports.address(firstPort, server))
                    .build());
        }
        UUID id = UUID.nameUUIDFromBytes("compare".getBytes(StandardCharsets.US_ASCII));
        return RaftGroup.valueOf(RaftGroupId.valueOf(id), peers);
    }

    static String id(int server) {
        return "s" + server;
    }

    @Override
    public KvTarget connect(Subject subject, int firstPort) {
        RaftProperties properties = new RaftProperties();
        RaftClientConfigKeys.Async.setOutstandingRequestsMax(properties, OUTSTANDING_MAX);
        return new RatisTarget(RaftClient.newBuilder()
                .setProperties(properties)
                .setRaftGroup(group(firstPort))
                .build());
    }
}
