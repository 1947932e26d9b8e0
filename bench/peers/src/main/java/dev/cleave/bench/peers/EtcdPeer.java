package dev.cleave.bench.peers;

import dev.cleave.bench.compare.Peer;
import dev.cleave.bench.compare.Servers;
import dev.cleave.bench.compare.Subject;
import dev.cleave.region.workload.KvTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Three members of etcd as Debian has it. */
public final class EtcdPeer implements Peer {
    private static final Path BINARY = Path.of("/usr/bin/etcd");

    @Override
    public String name() {
        return "etcd";
    }

    @Override
    public String inWords() {
        return "etcd 3.4 of Debian with defaults; gRPC over four connections, all to the leader; linearizable reads (its default)";
    }

    @Override
    public Optional<String> absence() {
        return Files.isExecutable(BINARY) ? Optional.empty() : Optional.of("not present (Debian: etcd-server)");
    }

    @Override
    public long mebibytes() {
        return 1_900;
    }

    @Override
    public boolean isForeign() {
        return true;
    }

    @Override
    public void start(Subject subject, Servers servers) throws IOException {
        List<String> members = new ArrayList<>();
        for (int server = 0; server < Ports.SERVERS; server++) {
            members.add("store" + (server + 1) + "=" + url(servers, Ports.SERVERS + server));
        }
        for (int server = 0; server < Ports.SERVERS; server++) {
            String name = "store" + (server + 1);
            servers.start(
                    name,
                    List.of(
                            BINARY.toString(),
                            "--name",
                            name,
                            "--data-dir",
                            servers.directory().resolve(name).toString(),
                            "--listen-client-urls",
                            url(servers, server),
                            "--advertise-client-urls",
                            url(servers, server),
                            "--listen-peer-urls",
                            url(servers, Ports.SERVERS + server),
                            "--initial-advertise-peer-urls",
                            url(servers, Ports.SERVERS + server),
                            "--initial-cluster",
                            String.join(",", members),
                            "--log-level",
                            "error"));
        }
    }

    private static String url(Servers servers, int offset) {
        return "http://" + Ports.address(servers.firstPort(), offset);
    }

    @Override
    public KvTarget connect(Subject subject, int firstPort) throws Exception {
        return new EtcdTarget(firstPort);
    }
}
