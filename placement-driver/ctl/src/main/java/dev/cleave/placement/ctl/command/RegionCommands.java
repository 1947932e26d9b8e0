package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.Key;
import dev.cleave.placement.ctl.output.Json;
import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.region.protocol.CheckedReplica;
import dev.cleave.region.protocol.HotRegion;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.RegionView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cleave region list|show|hot|split|presplit|migrate|transfer-leader|check|recover}. */
@Command(
        name = "region",
        description = "Shows and changes regions.",
        mixinStandardHelpOptions = true,
        subcommands = {
            RegionCommands.ListThem.class,
            RegionCommands.Show.class,
            RegionCommands.Hot.class,
            RegionCommands.Split.class,
            PresplitCommand.class,
            RegionCommands.Migrate.class,
            RegionCommands.TransferLeader.class,
            RegionCommands.Check.class,
            RegionCommands.Recover.class
        })
public final class RegionCommands {
    private static List<RegionView> regions(Session session, long id) {
        return session.ask(new PdRequest.ListRegions(id), PdReply.Regions.class).regions();
    }

    /** {@code cleave region list}. */
    @Command(name = "list", description = "Lists all regions in key order.", mixinStandardHelpOptions = true)
    public static final class ListThem extends LookCommand {
        @Override
        protected Listing<?> look(Session session) {
            return Listing.of("RegionList", RegionText.COLUMNS, regions(session, 0), Json::region);
        }
    }

    /** {@code cleave region show ID}. */
    @Command(name = "show", description = "Shows one region.", mixinStandardHelpOptions = true)
    public static final class Show extends LookCommand {
        @Parameters(paramLabel = "ID", description = "The region's id.")
        private long id;

        @Override
        protected Listing<?> look(Session session) {
            List<RegionView> views = regions(session, id);
            if (views.isEmpty() || id == 0) {
                throw new CommandFailure(ExitCode.NOT_FOUND, "no region " + id + "; see: cleave region list");
            }
            RegionView view = views.get(0);
            return Listing.single("Region", RegionText.COLUMNS, view, Json::region, RegionText.details(view));
        }
    }

    /** {@code cleave region hot}. */
    @Command(
            name = "hot",
            description =
                    "Lists the regions that are asked most often, by what their leaders said in the last seconds.",
            mixinStandardHelpOptions = true)
    public static final class Hot extends LookCommand {
        @Override
        protected Listing<?> look(Session session) {
            List<HotRegion> hot = session.ask(new PdRequest.ListHotRegions(), PdReply.HotRegions.class)
                    .regions();
            return Listing.of("HotRegionList", RegionText.hot(hot), hot, Json::hot);
        }
    }

    /** {@code cleave region split ID --at KEY}. */
    @Command(name = "split", description = "Divides a region at keys while it serves.", mixinStandardHelpOptions = true)
    public static final class Split extends AdminCommand {
        @Parameters(paramLabel = "ID", description = "The region's id.")
        private long id;

        @Option(
                names = "--at",
                paramLabel = "KEY",
                required = true,
                description = "Text, hex:... or b64:...; may be repeated.")
        private List<String> at = new ArrayList<>();

        @Mixin
        private Waiting waiting = new Waiting();

        @Mixin
        private Care care = new Care();

        @Override
        protected int run(Session session) {
            List<Key> keys =
                    at.stream().map(key -> Keys.bounded("--at", key)).sorted().toList();
            if (care.isDryRun()) {
                answer(Foresight.of(session).split(id, keys));
                return ExitCode.OK;
            }
            return waiting.follow(this, session, new PdRequest.SplitRegion(id, keys));
        }
    }

    /** {@code cleave region migrate ID --from STORE --to STORE}. */
    @Command(
            name = "migrate",
            description = "Moves one replica of a region to another store while it serves.",
            mixinStandardHelpOptions = true)
    public static final class Migrate extends AdminCommand {
        @Parameters(paramLabel = "ID", description = "The region's id.")
        private long id;

        @Option(names = "--from", paramLabel = "STORE", required = true, description = "The store that gives it up.")
        private long from;

        @Option(names = "--to", paramLabel = "STORE", required = true, description = "The store that takes it.")
        private long to;

        @Mixin
        private Waiting waiting = new Waiting();

        @Mixin
        private Care care = new Care();

        @Override
        protected int run(Session session) {
            if (care.isDryRun()) {
                answer(Foresight.of(session).migrate(id, from, to));
                return ExitCode.OK;
            }
            return waiting.follow(this, session, new PdRequest.MigrateRegion(id, from, to));
        }
    }

    /** {@code cleave region transfer-leader ID --to STORE}. */
    @Command(
            name = "transfer-leader",
            description = "Hands a region's leadership to the replica on another store.",
            mixinStandardHelpOptions = true)
    public static final class TransferLeader extends AdminCommand {
        @Parameters(paramLabel = "ID", description = "The region's id.")
        private long id;

        @Option(names = "--to", paramLabel = "STORE", required = true, description = "The store that shall lead.")
        private long to;

        @Mixin
        private Waiting waiting = new Waiting();

        @Mixin
        private Care care = new Care();

        @Override
        protected int run(Session session) {
            if (care.isDryRun()) {
                answer(Foresight.of(session).transferLeader(id, to));
                return ExitCode.OK;
            }
            return waiting.follow(this, session, new PdRequest.TransferLeader(id, to));
        }
    }

    /** {@code cleave region check ID}. */
    @Command(
            name = "check",
            description = {
                "Compares what the replicas of a region hold, at one index, while it serves.",
                "A replica that differs from a majority is put aside and replaced."
            },
            mixinStandardHelpOptions = true)
    public static final class Check extends AdminCommand {
        private static final Duration POLL = Duration.ofMillis(200);

        @Parameters(paramLabel = "ID", description = "The region's id.")
        private long id;

        @Option(
                names = "--wait",
                paramLabel = "SECONDS",
                defaultValue = "120",
                description = "How long to wait for all replicas (default ${DEFAULT-VALUE}).",
                converter = Seconds.class)
        private double waitSeconds;

        @Override
        protected int run(Session session) {
            long end = session.nanos() + (long) (waitSeconds * 1e9);
            PdReply.Checked checked = session.ask(new PdRequest.CheckRegion(id), PdReply.Checked.class);
            while (!checked.isWhole() && session.nanos() - end < 0) {
                session.pause(POLL);
                checked = session.ask(new PdRequest.CheckRegion(id), PdReply.Checked.class);
            }
            answer(RegionText.checked(checked));
            if (!checked.isWhole()) {
                throw new CommandFailure(
                        ExitCode.OUTCOME_UNKNOWN,
                        "not all replicas have told within " + waitSeconds + " s; the check goes on, ask again");
            }
            boolean isSound = checked.replicas().stream()
                    .noneMatch(replica -> replica.standing() == CheckedReplica.Standing.DIFFERS);
            if (!isSound) {
                throw new CommandFailure(ExitCode.FAILED, "the replicas of region " + id + " differ");
            }
            return ExitCode.OK;
        }
    }

    /** {@code cleave region recover --lost STORE,...}. */
    @Command(
            name = "recover",
            description = {
                "UNSAFE. Lets regions that have lost their majority for good go on with what is left.",
                "Tells what may be lost; does it only with --yes. The lost stores are retired for ever."
            },
            mixinStandardHelpOptions = true)
    public static final class Recover extends AdminCommand {
        @Option(
                names = "--lost",
                paramLabel = "STORE",
                required = true,
                split = ",",
                description = "The stores whose disks are lost for good.")
        private List<Long> lost = new ArrayList<>();

        @Option(names = "--yes", description = "Do it; else only tell what would be done.")
        private boolean isForReal;

        @Override
        protected int run(Session session) {
            PdReply.Recovery recovery =
                    session.ask(new PdRequest.RecoverRegions(lost, isForReal), PdReply.Recovery.class);
            answer(RegionText.recovered(recovery));
            return ExitCode.OK;
        }
    }
}
