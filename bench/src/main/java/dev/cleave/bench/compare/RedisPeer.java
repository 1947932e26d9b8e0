package dev.cleave.bench.compare;

import dev.cleave.region.workload.KvTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One Redis that forces its file before it answers: not replicated, so a measure of what one process can do. It has no scan of keys in order. */
public final class RedisPeer implements Peer {
    private static final Path BINARY = Path.of("/usr/bin/redis-server");

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public String inWords() {
        return "ONE process, not replicated; appendonly yes, appendfsync always, no snapshots; four connections, requests pipelined";
    }

    @Override
    public Optional<String> absence() {
        return Files.isExecutable(BINARY) ? Optional.empty() : Optional.of("not present (Debian: redis-server)");
    }

    @Override
    public boolean can(String mix) {
        return !mix.equals("scan");
    }

    @Override
    public long mebibytes() {
        return 200;
    }

    @Override
    public boolean isForeign() {
        return false;
    }

    @Override
    public void start(Subject subject, Servers servers) throws IOException {
        List<String> line = List.of(
                BINARY.toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(servers.firstPort()),
                "--dir",
                servers.directory().toString(),
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--save",
                "");
        servers.start("redis", line);
    }

    @Override
    public KvTarget connect(Subject subject, int firstPort) throws Exception {
        return new RespTarget().connect(firstPort);
    }
}
