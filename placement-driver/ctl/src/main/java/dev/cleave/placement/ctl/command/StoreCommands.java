package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Cell;
import dev.cleave.placement.ctl.output.Column;
import dev.cleave.placement.ctl.output.Json;
import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.StoreInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cleave store list|show|remove}. */
public final class StoreCommands {
    private static final List<Column<StoreInfo>> COLUMNS = List.of(
            Column.of("ID", StoreInfo::id),
            Column.of("ADDRESS", StoreInfo::address),
            Column.of("HTTP", StoreInfo::httpAddress),
            Column.of("STATE", store -> store.state().name().toLowerCase(Locale.ROOT)),
            Column.of("LEADERS", StoreInfo::leaders),
            Column.of("REGIONS", StoreInfo::regions),
            Column.of("USED", store -> Cell.bytes(store.usedBytes())),
            Column.of("AVAILABLE", store -> Cell.bytes(store.availableBytes())),
            Column.of("HEARTBEAT", store -> Cell.seconds(store.heartbeatAgeMillis())),
            Column.wide("CAPACITY", store -> Cell.bytes(store.capacityBytes())),
            Column.wide("STARTS", StoreInfo::startNumber));

    private StoreCommands() {}

    static List<StoreInfo> stores(Session session) {
        return session.ask(new PdRequest.ListStores(), PdReply.Stores.class).stores();
    }

    static StoreInfo store(Session session, long id) {
        return stores(session).stream()
                .filter(each -> each.id() == id)
                .findFirst()
                .orElseThrow(
                        () -> new CommandFailure(ExitCode.NOT_FOUND, "no store " + id + "; see: cleave store list"));
    }

    /** {@code cleave store list}. */
    @Command(name = "list", description = "Lists all stores.", mixinStandardHelpOptions = true)
    public static final class ListThem extends LookCommand {
        @Override
        protected Listing<?> look(Session session) {
            return Listing.of("StoreList", COLUMNS, stores(session), Json::store);
        }
    }

    /** {@code cleave store show ID}. */
    @Command(name = "show", description = "Shows one store.", mixinStandardHelpOptions = true)
    public static final class Show extends LookCommand {
        @Parameters(paramLabel = "ID", description = "The store's id.")
        private long id;

        @Override
        protected Listing<?> look(Session session) {
            return Listing.single("Store", COLUMNS, store(session, id), Json::store, "");
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

        @Mixin
        private Care care = new Care();

        @Mixin
        private Waiting waiting = new Waiting();

        @Override
        protected int run(Session session) {
            if (care.isDryRun()) {
                answer(Foresight.of(session).remove(id, isLost));
                return ExitCode.OK;
            }
            care.confirm("store " + id
                    + (isLost ? " is retired for ever" : " is drained and retired; this cannot be undone"));
            session.ask(new PdRequest.RemoveStore(id, isLost), PdReply.Accepted.class);
            if (!isLost && waiting.isWanted()) {
                waiting.untilRemoved(this, session, id);
                return done(
                        "store " + id + " is empty and removed; stop its process, then its directory may be deleted");
            }
            return done(
                    isLost
                            ? "store " + id
                                    + " is retired; its node may join again with an empty directory, as a new store"
                            : "store " + id + " is being drained; watch it: cleave store list");
        }

        private int done(String text) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("store", id);
            json.put("message", text);
            answer(Listing.single("Accepted", json, text + "\n"));
            return ExitCode.OK;
        }
    }
}
