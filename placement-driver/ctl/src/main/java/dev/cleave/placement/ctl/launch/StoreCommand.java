package dev.cleave.placement.ctl.launch;

import dev.cleave.engine.agents.FailureListener;
import dev.cleave.placement.ctl.command.StoreCommands;
import dev.cleave.placement.ctl.launch.config.Server;
import dev.cleave.placement.ctl.launch.config.Settings;
import dev.cleave.placement.ctl.launch.config.StoreRegistry;
import dev.cleave.placement.ctl.launch.process.ServerProcess;
import dev.cleave.placement.ctl.launch.process.StoreProcess;
import dev.cleave.placement.ctl.launch.process.StoreSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cleave store}: runs a store until it is told to stop; and {@code cleave store list|show|remove}. */
@Command(
        name = "store",
        description = {"Runs a store; its subcommands show and retire the stores of a cluster."},
        mixinStandardHelpOptions = true,
        subcommands = {StoreCommands.ListThem.class, StoreCommands.Show.class, StoreCommands.Remove.class},
        footer =
                "Every setting may stand in the file of --config, and in the environment as CLEAVE_STORE_NAME; a flag wins over the environment, that over the file.")
public final class StoreCommand extends ServerCommand {
    @Option(
            names = "--pd",
            paramLabel = "HOST:PORT[,...]",
            description = "Placement driver addresses, any of them will do; also CLEAVE_PD.")
    private @Nullable String pd;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where clients and other stores reach it. Default: 127.0.0.1:20160")
    private @Nullable String listen;

    @Option(names = "--http", paramLabel = "HOST:PORT", description = "Where its HTTP API is. Default: 127.0.0.1:20180")
    private @Nullable String http;

    @Option(
            names = "--sync",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "true|false",
            description =
                    "Whether a write is on disk before it is acknowledged. With false a power cut LOSES ACKNOWLEDGED WRITES: for"
                            + " experiments only. Default: true")
    private @Nullable String sync;

    @Option(
            names = "--reads",
            paramLabel = "leased|index",
            description = "How reads are made linearizable: by the leader's lease, or without relying on clocks.")
    private @Nullable String reads;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description =
                    "What its process may take, such as 2GiB; shared out among heap, network and engine. Default: 384MiB")
    private @Nullable String memory;

    @Option(
            names = "--profile-stages",
            description =
                    "Tell every ten seconds how long the stages of writes take, and what each agent uses of the processors; the latter in GET /metrics too. Costs about one percent.")
    private boolean isProfiled;

    @Override
    public Integer call() throws InterruptedException {
        return run(Server.STORE, "store");
    }

    @Override
    Map<String, @Nullable String> flags() {
        Map<String, @Nullable String> flags = new LinkedHashMap<>();
        flags.put("pd", pd);
        flags.put("listen", listen);
        flags.put("http", http);
        flags.put("sync", sync);
        flags.put("reads", reads);
        flags.put("memory", memory);
        return flags;
    }

    @Override
    Supplier<ServerProcess> starter(Settings settings, FailureListener failures) {
        StoreSettings checked = StoreRegistry.settings(settings);
        return () -> StoreProcess.start(checked, failures, isProfiled);
    }
}
