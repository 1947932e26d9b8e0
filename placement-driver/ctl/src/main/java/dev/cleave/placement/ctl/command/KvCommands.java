package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyText;
import dev.cleave.engine.base.Value;
import dev.cleave.placement.ctl.output.Column;
import dev.cleave.placement.ctl.output.Form;
import dev.cleave.placement.ctl.output.Json;
import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.client.CleaveException;
import dev.cleave.region.client.KeyValue;
import dev.cleave.region.client.ScanRequest;
import dev.cleave.region.protocol.KvCommand;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cleave kv get|put|delete|scan|import|export|shell}. Keys and values are text, {@code hex:...} or {@code b64:...}. */
@Command(
        name = "kv",
        description = "Reads and writes keys.",
        mixinStandardHelpOptions = true,
        subcommands = {
            KvCommands.Get.class,
            KvCommands.Put.class,
            KvCommands.Delete.class,
            KvCommands.Scan.class,
            ImportCommand.class,
            ExportCommand.class,
            ShellCommand.class
        })
public final class KvCommands {
    private static final String KEY_TEXT = "Text, hex:... or b64:...";

    private static final List<Column<KeyValue>> COLUMNS = List.of(
            Column.of("KEY", row -> KeyText.format(row.key().bytes())),
            Column.of("VALUE", row -> KeyText.format(row.value().bytes())),
            Column.wide("BYTES", row -> row.value().length()));

    private static Map<String, ?> json(KeyValue row) {
        return Json.pair(row.key().bytes(), row.value().bytes());
    }

    private static Map<String, Object> written(Key key) {
        Map<String, Object> json = new LinkedHashMap<>(Json.key(key.bytes()));
        json.put("done", true);
        return json;
    }

    /** A command about one key. */
    abstract static class OneKey extends AdminCommand {
        @Parameters(index = "0", paramLabel = "KEY", description = KEY_TEXT)
        private String argument = "";

        private Key key = Key.EMPTY;

        @Override
        void check() {
            key = Keys.bounded("KEY", argument);
        }

        @Override
        protected final int run(Session session) {
            try {
                return run(session, key);
            } catch (CleaveException failed) {
                throw Failures.ofCall(failed, session.timeout(), "cleave kv get " + argument);
            }
        }

        abstract int run(Session session, Key key);
    }

    /** {@code cleave kv get KEY}. */
    @Command(name = "get", description = "Prints the value of a key.", mixinStandardHelpOptions = true)
    public static final class Get extends OneKey {
        @Override
        int run(Session session, Key key) {
            Optional<Value> value = session.client().get(key);
            if (value.isEmpty()) {
                throw new CommandFailure(ExitCode.NOT_FOUND, "no such key: " + key);
            }
            if (form() == Form.table) {
                printBytes(value.get().bytes());
            } else {
                answer(Listing.single("Value", COLUMNS, new KeyValue(key, value.get()), KvCommands::json, ""));
            }
            return ExitCode.OK;
        }

        /** Bytes as they are, and a line end; through the text writer if they are text. */
        private void printBytes(byte[] bytes) {
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
                printRaw(text + "\n");
            } catch (CharacterCodingException notText) {
                out().flush();
                System.out.write(bytes, 0, bytes.length);
                System.out.println();
                System.out.flush();
            }
        }
    }

    /** {@code cleave kv put KEY VALUE}. */
    @Command(name = "put", description = "Sets a key to a value.", mixinStandardHelpOptions = true)
    public static final class Put extends OneKey {
        @Parameters(index = "1", paramLabel = "VALUE", description = KEY_TEXT)
        private String argument = "";

        @Option(
                names = "--ttl",
                paramLabel = "SECONDS",
                description = "How long the value lives, 0.001 to 3155760000; without, for ever.")
        private @Nullable Double ttlSeconds;

        private Value value = Value.own(new byte[0]);

        @Override
        void check() {
            super.check();
            value = Value.own(Keys.bytes("VALUE", argument));
            if (value.length() > KvCommand.VALUE_BYTES_MAX) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "VALUE: " + value.length() + " bytes are too many, at most " + KvCommand.VALUE_BYTES_MAX
                                + " are allowed");
            }
            if (ttlSeconds != null && !(ttlSeconds >= 0.001 && ttlSeconds <= KvCommand.TTL_MILLIS_MAX / 1000)) {
                throw new CommandFailure(ExitCode.USAGE, "--ttl: 0.001 to 3155760000 seconds (100 years)");
            }
        }

        @Override
        int run(Session session, Key key) {
            if (ttlSeconds == null) {
                session.client().put(key, value);
            } else {
                session.client().put(key, value, Duration.ofMillis(Math.round(ttlSeconds * 1000)));
            }
            answer(Listing.single("Put", written(key), "ok\n"));
            return ExitCode.OK;
        }
    }

    /** {@code cleave kv delete KEY}. */
    @Command(name = "delete", description = "Deletes a key, if it is there.", mixinStandardHelpOptions = true)
    public static final class Delete extends OneKey {
        @Override
        int run(Session session, Key key) {
            session.client().delete(key);
            answer(Listing.single("Deleted", written(key), "ok\n"));
            return ExitCode.OK;
        }
    }

    /** {@code cleave kv scan}. */
    @Command(name = "scan", description = "Prints the pairs of a range in order.", mixinStandardHelpOptions = true)
    public static final class Scan extends AdminCommand {
        @Mixin
        private RangeOptions range = new RangeOptions();

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "100",
                description = "At most N pairs; 0 for all. Default: 100")
        private int limit = 100;

        @Option(names = "--reverse", description = "From the end backwards.")
        private boolean isReverse;

        @Option(names = "--keys-only", description = "Without the values.")
        private boolean isKeysOnly;

        @Override
        protected int run(Session session) {
            ScanRequest request = request();
            CleaveClient client = session.client();
            PairPrinter printer = PairPrinter.of(form(), out(), isKeysOnly);
            try {
                client.iterate(request).forEachRemaining(printer::row);
            } catch (CleaveException failed) {
                // No end is printed: half a list must not look like a whole one.
                throw Failures.ofCall(failed, session.timeout(), "cleave kv scan");
            }
            printer.end();
            return ExitCode.OK;
        }

        private ScanRequest request() {
            if (limit < 0) {
                throw new CommandFailure(ExitCode.USAGE, "--limit: 0 for all, or a positive number, not " + limit);
            }
            ScanRequest request = ScanRequest.of(range.range()).limit(limit == 0 ? Integer.MAX_VALUE : limit);
            request = isReverse ? request.reversed() : request;
            return isKeysOnly ? request.keysOnly() : request;
        }
    }
}
