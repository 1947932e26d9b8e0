package dev.cleave.bench.peers;

import dev.cleave.bench.compare.Subject;
import java.io.File;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.TimeDuration;

/** One server of the store on Ratis. */
public final class RatisServer {
    private RatisServer() {}

    /** @param arguments the subject's name, the servers' first port, the number of this one, its directory */
    public static void main(String[] arguments) throws Exception {
        Subject subject = Subject.parse(arguments[0]);
        int firstPort = Integer.parseInt(arguments[1]);
        int server = Integer.parseInt(arguments[2]);
        RaftProperties properties = new RaftProperties();
        GrpcConfigKeys.Server.setPort(properties, Ports.of(firstPort, server));
        RaftServerConfigKeys.setStorageDir(properties, List.of(new File(arguments[3])));
        RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
        RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, subject.reads() == Subject.Reads.LEASE);
        // As long as Cleave's: its own 150 to 300 ms depose leaders on a machine this small.
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, TimeDuration.valueOf(1, TimeUnit.SECONDS));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, TimeDuration.valueOf(2, TimeUnit.SECONDS));
        // A server that finds itself paused for a minute closes: those of the comparison are stopped for longer while
        // others are measured.
        RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(1, TimeUnit.DAYS));
        RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(RatisPeer.id(server)))
                .setGroup(RatisPeer.group(firstPort))
                .setStateMachine(new RatisMap())
                .setProperties(properties)
                .build()
                .start();
        EndOfInput.thenExit();
    }
}
