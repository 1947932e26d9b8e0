package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Json;
import dev.cleave.placement.ctl.output.Table;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cleave operator list|show|cancel}. */
@Command(
        name = "operator",
        description = "Shows the plans of the placement driver, and cancels them.",
        mixinStandardHelpOptions = true,
        subcommands = {OperatorCommands.ListThem.class, OperatorCommands.Show.class, OperatorCommands.Cancel.class})
public final class OperatorCommands {
    private static List<OperatorView> operators(Session session, long id) {
        return session.ask(new PdRequest.ListOperators(id), PdReply.Operators.class)
                .operators();
    }

    private static String table(List<OperatorView> operators) {
        Table table = new Table("ID", "KIND", "REGION", "STEP", "STATE", "AGE", "REASON");
        for (OperatorView operator : operators) {
            long done =
                    operator.steps().stream().filter(OperatorView.Step::isDone).count();
            table.row(
                    operator.id(),
                    operator.kind(),
                    operator.regionId(),
                    done + "/" + operator.steps().size(),
                    operator.state().name().toLowerCase(Locale.ROOT),
                    String.format(Locale.ROOT, "%.1f s", operator.ageMillis() / 1000.0),
                    operator.reason());
        }
        return table.toString();
    }

    /** {@code cleave operator list}. */
    @Command(name = "list", description = "Lists operators, running ones first.", mixinStandardHelpOptions = true)
    public static final class ListThem extends AdminCommand {
        @Override
        protected int run(Session session) {
            List<OperatorView> operators = operators(session, 0);
            if (isJson()) {
                print(Json.list(
                        "OperatorList", operators.stream().map(Json::operator).toList()));
            } else {
                printRaw(table(operators));
            }
            return ExitCode.OK;
        }
    }

    /** {@code cleave operator show ID}. */
    @Command(name = "show", description = "Shows one operator and its steps.", mixinStandardHelpOptions = true)
    public static final class Show extends AdminCommand {
        @Parameters(paramLabel = "ID", description = "The operator's id.")
        private long id;

        @Override
        protected int run(Session session) {
            List<OperatorView> found = operators(session, id);
            if (found.isEmpty() || id == 0) {
                throw new CommandFailure(ExitCode.NOT_FOUND, "no operator " + id + "; see: cleave operator list");
            }
            if (isJson()) {
                print(Json.document("Operator", Json.operator(found.get(0))));
            } else {
                printRaw(table(found));
                found.get(0).steps().forEach(step -> print((step.isDone() ? "  ✓ " : "  · ") + step.description()));
            }
            return ExitCode.OK;
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

        @Override
        protected int run(Session session) {
            session.ask(new PdRequest.CancelOperator(id), PdReply.Accepted.class);
            if (isJson()) {
                print(Json.document("Accepted", Map.of("operator", id)));
            } else {
                print("operator " + id + " is cancelled");
            }
            return ExitCode.OK;
        }
    }
}
