package dev.cleave.placement.ctl.launch;

import dev.cleave.placement.ctl.command.AnsweringCommand;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.placement.ctl.command.SelectionOptions;
import dev.cleave.placement.ctl.launch.config.Reference;
import dev.cleave.placement.ctl.launch.config.Server;
import dev.cleave.placement.ctl.launch.config.Settings;
import dev.cleave.placement.ctl.launch.process.ConfigRoute;
import dev.cleave.placement.ctl.launch.process.ShownSetting;
import dev.cleave.placement.ctl.output.Column;
import dev.cleave.placement.ctl.output.Listing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cleave config example|check|show|reference}: files with settings, without starting anything. */
@Command(
        name = "config",
        description = "Writes and checks the files of settings that servers take with --config.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ConfigCommands.Example.class,
            ConfigCommands.Check.class,
            ConfigCommands.Show.class,
            ConfigCommands.Tables.class
        })
public final class ConfigCommands {
    /** A command that only prints. */
    abstract static class Printing implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        final void print(String text) {
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
        }
    }

    /** {@code cleave config example store|pd}. */
    @Command(
            name = "example",
            description = "Prints a file with every setting, its meaning, range and default.",
            mixinStandardHelpOptions = true)
    public static final class Example extends Printing {
        @Parameters(paramLabel = "store|pd", description = "Of which server.")
        private Server server = Server.STORE;

        @Override
        public Integer call() {
            print(Reference.example(server));
            return ExitCode.OK;
        }
    }

    /** {@code cleave config check FILE}. */
    @Command(
            name = "check",
            description = "Checks a file of settings: every mistake with its line, its column and the nearest name.",
            mixinStandardHelpOptions = true)
    public static final class Check extends AnsweringCommand {
        @Parameters(paramLabel = "FILE", description = "The file.")
        private Path file = Path.of("");

        @Option(
                names = "--for",
                paramLabel = "store|pd",
                description = "Of which server. Default: pd if the file's name begins with pd, else store")
        private @Nullable Server server;

        @Override
        public Integer call() {
            if (!Files.exists(file)) {
                throw new CommandFailure(ExitCode.USAGE, "there is no file " + file);
            }
            Server chosen = server;
            if (chosen == null) {
                Path name = file.getFileName();
                chosen = name != null && name.toString().startsWith("pd") ? Server.PD : Server.STORE;
            }
            try {
                Settings.of(chosen, file, Map.of(), Map.of());
            } catch (CommandFailure wrong) {
                long mistakes = String.valueOf(wrong.getMessage()).lines().count();
                throw new CommandFailure(
                        wrong.exitCode(),
                        wrong.getMessage() + "\n" + mistakes + (mistakes == 1 ? " mistake" : " mistakes")
                                + " in these settings of " + chosen.title() + "; all there are: cleave config example "
                                + chosen.word());
            }
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("file", file.toString());
            json.put("server", chosen.word());
            json.put("sound", true);
            answer(Listing.single("ConfigCheck", json, file + ": sound settings of " + chosen.title() + "\n"));
            return ExitCode.OK;
        }
    }

    /** {@code cleave config show store|pd}. */
    @Command(
            name = "show",
            description = {
                "Shows each setting as a server started here would have it, and where it comes from.",
                "What a running server has: GET /config on its HTTP port."
            },
            mixinStandardHelpOptions = true)
    public static final class Show extends AnsweringCommand {
        private static final List<Column<ShownSetting>> COLUMNS = List.of(
                Column.of("SETTING", ShownSetting::name),
                Column.of("VALUE", setting -> setting.value() == null ? "–" : setting.value()),
                Column.of("SOURCE", ShownSetting::source),
                Column.of("DEFAULT", setting -> setting.byDefault() == null ? "–" : setting.byDefault()));

        @Parameters(paramLabel = "store|pd", description = "Of which server.")
        private Server server = Server.STORE;

        @Option(names = "--config", paramLabel = "FILE.toml", description = "A file with settings.")
        private @Nullable Path config;

        @Option(names = "--changed", description = "Only what is not at its default.")
        private boolean isChanged;

        @Mixin
        private SelectionOptions selection = new SelectionOptions();

        @Override
        public Integer call() {
            List<ShownSetting> shown = Settings.preview(server, config, System.getenv()).shown().stream()
                    .filter(setting -> !isChanged || !Objects.equals(setting.value(), setting.byDefault()))
                    .toList();
            answer(Listing.of("Config", COLUMNS, shown, ConfigRoute::json), selection.selection());
            return ExitCode.OK;
        }
    }

    /** {@code cleave config reference}: the tables of docs/configuration.md. */
    @Command(
            name = "reference",
            description = "Prints all settings of a server as a table of Markdown.",
            mixinStandardHelpOptions = true)
    public static final class Tables extends Printing {
        @Parameters(paramLabel = "store|pd", description = "Of which server.")
        private Server server = Server.STORE;

        @Override
        public Integer call() {
            print(Reference.table(server));
            return ExitCode.OK;
        }
    }
}
