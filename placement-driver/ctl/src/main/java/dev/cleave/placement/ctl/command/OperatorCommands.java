package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Cell;
import dev.cleave.placement.ctl.output.Column;
import dev.cleave.placement.ctl.output.Json;
import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cleave operator list|show|cancel}. */
@Command(
        name = "operator",
        description = "Shows the plans of the placement driver, and cancels them.",
        mixinStandardHelpOptions = true,
        subcommands = {OperatorCommands.ListThem.class, OperatorCommands.Show.class, OperatorCommands.Cancel.class})
public final class OperatorCommands {
    private static final List<Column<OperatorView>> COLUMNS = List.of(
            Column.of("ID", OperatorView::id),
            Column.of("KIND", OperatorView::kind),
            Column.of("REGION", OperatorView::regionId),
            Column.of("STEP", OperatorCommands::progress),
            Column.of("STATE", operator -> operator.state().name().toLowerCase(Locale.ROOT)),
            Column.of("AGE", operator -> Cell.seconds(operator.ageMillis())),
            Column.of("REASON", OperatorView::reason),
            Column.wide(
                    "STEPS",
                    operator -> operator.steps().stream()
                            .map(OperatorView.Step::description)
                            .collect(Collectors.joining("; "))));

    static List<OperatorView> operators(Session session, long id) {
        return session.ask(new PdRequest.ListOperators(id), PdReply.Operators.class)
                .operators();
    }

    private static String progress(OperatorView operator) {
        return operator.steps().stream().filter(OperatorView.Step::isDone).count() + "/"
                + operator.steps().size();
    }

    /** An operator by itself. */
    static Listing<?> listing(OperatorView operator) {
        String steps = operator.steps().stream()
                .map(step -> (step.isDone() ? "  ✓ " : "  · ") + step.description() + "\n")
                .collect(Collectors.joining());
        return Listing.single("Operator", COLUMNS, operator, Json::operator, steps);
    }

    /** {@code cleave operator list}. */
    @Command(name = "list", description = "Lists operators, running ones first.", mixinStandardHelpOptions = true)
    public static final class ListThem extends LookCommand {
        @Override
        protected Listing<?> look(Session session) {
            return Listing.of("OperatorList", COLUMNS, operators(session, 0), Json::operator);
        }
    }

    /** {@code cleave operator show ID}. */
    @Command(name = "show", description = "Shows one operator and its steps.", mixinStandardHelpOptions = true)
    public static final class Show extends LookCommand {
        @Parameters(paramLabel = "ID", description = "The operator's id.")
        private long id;

        @Override
        protected Listing<?> look(Session session) {
            List<OperatorView> found = operators(session, id);
            if (found.isEmpty() || id == 0) {
                throw new CommandFailure(ExitCode.NOT_FOUND, "no operator " + id + "; see: cleave operator list");
            }
            return listing(found.get(0));
        }
    }

    /** {@code cleave operator cancel ID}. */
    @Command(
            name = "cancel",
            description = "Ends an operator where it stands; a learner that it leaves behind is removed.",
            mixinStandardHelpOptions = true)
    public static final class Cancel extends AdminCommand {
        @Parameters(paramLabel = "ID", description = "The operator's id.")
        private long id;

        @Mixin
        private Care care = new Care();

        @Override
        protected int run(Session session) {
            if (care.isDryRun()) {
                answer(Foresight.cancel(session, id));
                return ExitCode.OK;
            }
            session.ask(new PdRequest.CancelOperator(id), PdReply.Accepted.class);
            answer(Listing.single("Accepted", Map.of("operator", id), "operator " + id + " is cancelled\n"));
            return ExitCode.OK;
        }
    }
}
