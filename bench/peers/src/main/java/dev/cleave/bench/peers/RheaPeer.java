package dev.cleave.bench.peers;

import com.alipay.sofa.jraft.rhea.client.DefaultRheaKVStore;
import com.alipay.sofa.jraft.rhea.options.BatchingOptions;
import com.alipay.sofa.jraft.rhea.options.RheaKVStoreOptions;
import com.alipay.sofa.jraft.rhea.options.configured.BatchingOptionsConfigured;
import com.alipay.sofa.jraft.rhea.options.configured.RheaKVStoreOptionsConfigured;
import dev.cleave.bench.compare.Peer;
import dev.cleave.bench.compare.Servers;
import dev.cleave.bench.compare.Subject;
import dev.cleave.region.workload.KvTarget;
import java.io.IOException;

/** RheaKV, the store that comes with SOFAJRaft: three servers, Regions fixed at the start (its own placement driver is left out, as its guide does). */
public final class RheaPeer implements Peer {
    @Override
    public String name() {
        return "rheakv";
    }

    @Override
    public String inWords() {
        return "SOFAJRaft 1.3.15 with RocksDB, log forced (its default), heap up to 1 GiB each; its client gathers calls (default; not -plain); reads safe (read index), -lease: lease based";
    }

    @Override
    public long mebibytes() {
        return 3_600;
    }

    @Override
    public boolean isForeign() {
        return true;
    }

    @Override
    public void start(Subject subject, Servers servers) throws IOException {
        ThreeServers.start(RheaServer.class, subject, servers);
    }

    @Override
    public KvTarget connect(Subject subject, int firstPort) {
        BatchingOptions batching = BatchingOptionsConfigured.newConfigured()
                .withAllowBatching(!subject.isPlain())
                .config();
        RheaKVStoreOptions options = RheaKVStoreOptionsConfigured.newConfigured()
                .withClusterName(RheaRegions.CLUSTER)
                .withInitialServerList(RheaRegions.servers(firstPort))
                .withPlacementDriverOptions(RheaRegions.fixed(subject.regions(), firstPort))
                .withBatchingOptions(batching)
                .config();
        DefaultRheaKVStore store = new DefaultRheaKVStore();
        if (!store.init(options)) {
            throw new IllegalStateException("the client of RheaKV does not start");
        }
        return new RheaTarget(store);
    }
}
