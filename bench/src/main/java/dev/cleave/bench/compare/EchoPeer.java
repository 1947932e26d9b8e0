package dev.cleave.bench.compare;

import java.io.IOException;

/** No store at all, but a server that sends back what it gets: what the network and the load generator cost by themselves. */
public final class EchoPeer extends NoStore {
    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String inWords() {
        return "NO STORE: one process on Netty that sends back what it gets, kept nowhere; four connections, requests pipelined";
    }

    @Override
    public boolean can(String mix) {
        return !mix.equals("scan");
    }

    @Override
    public long mebibytes() {
        return 300;
    }

    @Override
    public void start(Subject subject, Servers servers) throws IOException {
        servers.start("echo", Jvm.own(EchoServer.class, Integer.toString(servers.firstPort())));
    }
}
