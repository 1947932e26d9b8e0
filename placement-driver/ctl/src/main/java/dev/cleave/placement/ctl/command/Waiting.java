package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.StoreInfo;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** {@code --wait}: follows an operator, or a drain, to its end and shows each step as it is done. */
final class Waiting {
    private static final Duration POLL = Duration.ofMillis(100);

    @Option(
            names = "--wait",
            arity = "0..1",
            paramLabel = "SECONDS",
            fallbackValue = "60",
            defaultValue = "0",
            description = "Wait until it is done, at most SECONDS (60 if not given).",
            converter = Seconds.class)
    private double waitSeconds;

    int follow(AdminCommand command, Session session, PdRequest request) {
        long id = session.ask(request, PdReply.Accepted.class).operatorId();
        if (waitSeconds <= 0) {
            String words = "operator " + id + " accepted; watch it: cleave operator show " + id + "\n";
            command.answer(Listing.single("Accepted", Map.of("operator", id), words));
            return ExitCode.OK;
        }
        OperatorView last = watch(command, session, id);
        if (!command.isForPeople()) {
            command.answer(OperatorCommands.listing(last));
        }
        return switch (last.state()) {
            case DONE -> {
                if (command.isForPeople()) {
                    command.printRaw("done in " + last.ageMillis() + " ms\n");
                }
                yield ExitCode.OK;
            }
            case RUNNING ->
                throw new CommandFailure(
                        ExitCode.OUTCOME_UNKNOWN,
                        "operator " + id + " is still running after " + waitSeconds
                                + " s and goes on; watch it: cleave operator show " + id);
            case CANCELLED, FAILED ->
                throw new CommandFailure(ExitCode.FAILED, "operator " + id + " ended: " + last.reason());
        };
    }

    boolean isWanted() {
        return waitSeconds > 0;
    }

    /** Follows a store that is being drained until it is removed, and tells how much is left on it. */
    void untilRemoved(AdminCommand command, Session session, long id) {
        long end = session.nanos() + (long) (waitSeconds * 1e9);
        int left = -1;
        while (true) {
            StoreInfo store = StoreCommands.store(session, id);
            if (store.state() == StoreInfo.State.REMOVED) {
                return;
            }
            if (store.regions() != left) {
                left = store.regions();
                command.note("store " + id + " " + store.state().name().toLowerCase(Locale.ROOT) + ": " + left
                        + " replicas left, " + store.leaders() + " lead");
            }
            if (session.nanos() - end >= 0) {
                throw new CommandFailure(
                        ExitCode.OUTCOME_UNKNOWN,
                        "store " + id + " still has " + left + " replicas after " + waitSeconds
                                + " s, and goes on being drained; what is done and what waits: cleave operator list");
            }
            session.pause(POLL);
        }
    }

    private OperatorView watch(AdminCommand command, Session session, long id) {
        Set<Integer> shown = new HashSet<>();
        long end = session.nanos() + (long) (waitSeconds * 1e9);
        while (true) {
            List<OperatorView> found = session.ask(new PdRequest.ListOperators(id), PdReply.Operators.class)
                    .operators();
            if (found.isEmpty()) {
                throw new CommandFailure(ExitCode.NOT_FOUND, "operator " + id + " is not known any more");
            }
            OperatorView seen = found.get(0);
            if (shown.isEmpty()) {
                command.note("operator " + id + " " + seen.kind() + " region " + seen.regionId());
                shown.add(-1);
            }
            for (int step = 0; step < seen.steps().size(); step++) {
                if (seen.steps().get(step).isDone() && shown.add(step)) {
                    command.note("  ✓ " + seen.steps().get(step).description());
                }
            }
            if (seen.state() != OperatorView.State.RUNNING || session.nanos() - end >= 0) {
                return seen;
            }
            session.pause(POLL);
        }
    }
}
