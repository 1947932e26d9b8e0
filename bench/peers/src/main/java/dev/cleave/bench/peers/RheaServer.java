package dev.cleave.bench.peers;

import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.option.ReadOnlyOption;
import com.alipay.sofa.jraft.rhea.client.DefaultRheaKVStore;
import com.alipay.sofa.jraft.rhea.options.RheaKVStoreOptions;
import com.alipay.sofa.jraft.rhea.options.StoreEngineOptions;
import com.alipay.sofa.jraft.rhea.options.configured.RheaKVStoreOptionsConfigured;
import com.alipay.sofa.jraft.rhea.options.configured.RocksDBOptionsConfigured;
import com.alipay.sofa.jraft.rhea.options.configured.StoreEngineOptionsConfigured;
import com.alipay.sofa.jraft.rhea.storage.StorageType;
import com.alipay.sofa.jraft.util.Endpoint;
import dev.cleave.bench.compare.Subject;
import java.nio.file.Files;
import java.nio.file.Path;

/** One server of RheaKV. Everything is as it comes, but for how it makes reads safe. */
public final class RheaServer {
    private RheaServer() {}

    /** @param arguments the subject's name, the servers' first port, the number of this one, its directory */
    public static void main(String[] arguments) throws Exception {
        Subject subject = Subject.parse(arguments[0]);
        int firstPort = Integer.parseInt(arguments[1]);
        int server = Integer.parseInt(arguments[2]);
        Path directory = Files.createDirectories(Path.of(arguments[3]));

        RaftOptions raft = new RaftOptions();
        raft.setReadOnlyOptions(
                subject.reads() == Subject.Reads.LEASE
                        ? ReadOnlyOption.ReadOnlyLeaseBased
                        : ReadOnlyOption.ReadOnlySafe);
        NodeOptions node = new NodeOptions();
        node.setRaftOptions(raft);
        StoreEngineOptions engine = StoreEngineOptionsConfigured.newConfigured()
                .withStorageType(StorageType.RocksDB)
                .withRocksDBOptions(RocksDBOptionsConfigured.newConfigured()
                        .withDbPath(directory.resolve("data").toString())
                        .config())
                .withRaftDataPath(directory.resolve("raft").toString())
                .withServerAddress(new Endpoint("127.0.0.1", Ports.of(firstPort, server)))
                .config();
        engine.setCommonNodeOptions(node);
        engine.setRegionEngineOptionsList(RheaRegions.engines(subject.regions()));
        RheaKVStoreOptions options = RheaKVStoreOptionsConfigured.newConfigured()
                .withClusterName(RheaRegions.CLUSTER)
                .withInitialServerList(RheaRegions.servers(firstPort))
                .withStoreEngineOptions(engine)
                .withPlacementDriverOptions(RheaRegions.fixed(subject.regions(), firstPort))
                .config();
        if (!new DefaultRheaKVStore().init(options)) {
            throw new IllegalStateException("RheaKV does not start");
        }
        EndOfInput.thenExit();
    }
}
