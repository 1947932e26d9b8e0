package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Json;
import dev.cleave.placement.ctl.output.Sizes;
import dev.cleave.placement.ctl.output.Table;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.StoreInfo;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cleave store list|show|remove}. */
public final class StoreCommands {
    private StoreCommands() {}

    private static List<StoreInfo> stores(Session session) {
        return session.ask(new PdRequest.ListStores(), PdReply.Stores.class).stores();
    }

    static String table(List<StoreInfo> stores) {
        Table table =
                new Table("ID", "ADDRESS", "HTTP", "STATE", "LEADERS", "REGIONS", "USED", "AVAILABLE", "HEARTBEAT");
        for (StoreInfo store : stores) {
            table.row(
                    store.id(),
                    store.address(),
                    store.httpAddress(),
                    store.state().name().toLowerCase(Locale.ROOT),
                    store.leaders(),
                    store.regions(),
                    Sizes.bytes(store.usedBytes()),
                    Sizes.bytes(store.availableBytes()),
                    String.format(Locale.ROOT, "%.1f s", store.heartbeatAgeMillis() / 1000.0));
        }
        return table.toString();
    }

    /** {@code cleave store list}. */
    @Command(name = "list", description = "Lists all stores.", mixinStandardHelpOptions = true)
    public static final class ListThem extends AdminCommand {
        @Override
        protected int run(Session session) {
            List<StoreInfo> stores = stores(session);
            if (isJson()) {
                print(Json.list("StoreList", stores.stream().map(Json::store).toList()));
            } else {
                printRaw(table(stores));
            }
            return ExitCode.OK;
        }
    }

    /** {@code cleave store show ID}. */
    @Command(name = "show", description = "Shows one store.", mixinStandardHelpOptions = true)
    public static final class Show extends AdminCommand {
        @Parameters(paramLabel = "ID", description = "The store's id.")
        private long id;

        @Override
        protected int run(Session session) {
            StoreInfo store = stores(session).stream()
                    .filter(each -> each.id() == id)
                    .findFirst()
                    .orElseThrow(() ->
                            new CommandFailure(ExitCode.NOT_FOUND, "no store " + id + "; see: cleave store list"));
            if (isJson()) {
                print(Json.document("Store", Json.store(store)));
            } else {
                printRaw(table(List.of(store)));
            }
            return ExitCode.OK;
        }
    }

    /** {@code cleave store remove ID [--lost]}. */
    @Command(
            name = "remove",
            description =
                    "Retires a store: its replicas are moved away first, or, with --lost, its id is retired at once.",
            mixinStandardHelpOptions = true)
    public static final class Remove extends AdminCommand {
        @Parameters(paramLabel = "ID", description = "The store's id.")
        private long id;

        @Option(
                names = "--lost",
                description = "The store's disk is gone for good; it can never come back under this id.")
        private boolean isLost;

        @Override
        protected int run(Session session) {
            session.ask(new PdRequest.RemoveStore(id, isLost), PdReply.Accepted.class);
            String text = isLost
                    ? "store " + id + " is retired; its node may join again with an empty directory, as a new store"
                    : "store " + id + " is being drained; watch it: cleave store list";
            if (isJson()) {
                print(Json.document("Accepted", java.util.Map.of("store", id, "message", text)));
            } else {
                print(text);
            }
            return ExitCode.OK;
        }
    }
}
