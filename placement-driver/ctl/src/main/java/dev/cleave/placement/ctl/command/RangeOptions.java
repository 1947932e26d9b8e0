package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.KeyText;
import dev.cleave.region.protocol.KvCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a range of keys. */
public final class RangeOptions {
    @Option(names = "--start", paramLabel = "KEY", description = "The first key, inclusive. Default: the very first")
    private @Nullable String start;

    @Option(names = "--end", paramLabel = "KEY", description = "The end, exclusive. Default: no end")
    private @Nullable String end;

    KeyRange range() {
        Key from = start == null ? Key.EMPTY : bound("--start", start);
        Key to = end == null ? Key.EMPTY : bound("--end", end);
        try {
            return KeyRange.of(from, to);
        } catch (IllegalArgumentException inverted) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--start " + KeyText.format(from.bytes()) + " is not below --end " + KeyText.format(to.bytes())
                            + "; swap them (--reverse turns the order of a scan)");
        }
    }

    private static Key bound(String option, String argument) {
        Key key = Keys.key(option, argument);
        if (key.length() > KvCommand.KEY_BYTES_MAX) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    option + ": " + key.length() + " bytes are too many, at most " + KvCommand.KEY_BYTES_MAX
                            + " are allowed");
        }
        return key;
    }
}
