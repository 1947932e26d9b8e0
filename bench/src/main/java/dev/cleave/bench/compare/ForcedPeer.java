package dev.cleave.bench.compare;

import java.io.IOException;

/**
 * No store either: an {@link EchoPeer} that appends what it gets to Cleave's log and forces it first. With one in flight its answer takes one round trip, one append and one
 * force, which a replicated put cannot undercut by much: that has a second round trip, to a follower.
 */
public final class ForcedPeer extends NoStore {
    @Override
    public String name() {
        return "forced";
    }

    @Override
    public String inWords() {
        return "NO STORE: as echo, but what it gets is first appended to Cleave's log and forced; what comes meanwhile shares the next force";
    }

    @Override
    public boolean can(String mix) {
        return mix.equals("put");
    }

    @Override
    public long mebibytes() {
        return 400;
    }

    @Override
    public void start(Subject subject, Servers servers) throws IOException {
        String log = servers.directory().resolve("log").toString();
        servers.start("forced", Jvm.own(ForcedServer.class, Integer.toString(servers.firstPort()), log));
    }
}
