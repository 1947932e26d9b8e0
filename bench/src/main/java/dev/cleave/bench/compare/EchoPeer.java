package dev.cleave.bench.compare;

import dev.cleave.region.workload.KvTarget;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** No store at all, but a server that sends back what it gets: what the network and the load generator cost by themselves. */
public final class EchoPeer implements Peer {
    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String inWords() {
        return "NO STORE: one process on Netty that sends back what it gets, kept nowhere; four connections, requests pipelined";
    }

    @Override
    public Optional<String> absence() {
        return Optional.empty();
    }

    @Override
    public boolean can(String mix) {
        return !mix.equals("scan");
    }

    @Override
    public boolean isForeign() {
        return false;
    }

    @Override
    public void start(Subject subject, Servers servers) throws IOException {
        // With Cleave's own jars: those of other peers have an older Netty.
        String path = System.getProperty("cleave.bench.path", System.getProperty("java.class.path"));
        List<String> line = List.of(
                Jvm.binary(),
                "-Xmx256m",
                "-cp",
                path,
                EchoServer.class.getName(),
                Integer.toString(servers.firstPort()));
        servers.start("echo", line);
    }

    @Override
    public KvTarget connect(Subject subject, int firstPort) throws Exception {
        EchoTarget target = new EchoTarget();
        target.connect(firstPort);
        return target;
    }
}
