package dev.cleave.placement.ctl.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Wrong input over the whole command tree: one clear message on stderr, nothing on stdout, an exit code, no stack trace. */
class BadInputTest {
    /** A port at which nobody listens. */
    private static final String NOBODY = "127.0.0.1:1";

    private static final List<String> TABLE = List.of(
            // arguments => exit code : part of the message
            " => 2 : Usage: cleave",
            "regon list => 2 : Did you mean",
            "status --wat => 2 : Unknown option: '--wat'",
            "status extra => 2 : Unmatched argument",
            "status -o xml => 2 : 'xml'",
            "status --pd nowhere => 2 : --pd: 'nowhere' is not an address; expected HOST:PORT",
            "status --pd 127.0.0.1:99999 => 2 : is not an address",
            "status --pd 127.0.0.1:2379,, => 2 : is not an address",
            "status --timeout 0 => 2 : --timeout",
            "status --timeout NaN => 2 : --timeout",
            "status --timeout x => 2 : 'x' is no time like 3, 500ms, 3s or 2m",
            "status --timeout 3s5 => 2 : is no time",
            "region list --watch=soon => 2 : is no time",
            "region => 2 : Usage: cleave region",
            "region show => 2 : Missing required parameter: 'ID'",
            "region show abc => 2 : 'abc' is not a number",
            "region split 1 => 2 : Missing required option: '--at=KEY'",
            "region split 1 --at hex:zz => 2 : --at: 'hex:zz' is not valid after its prefix",
            "region split 1 --at b64:* => 2 : --at: 'b64:*'",
            "region split 1 --at a --wait soon => 2 : 'soon'",
            "region migrate 1 --from 1 => 2 : Missing required option: '--to=STORE'",
            "region migrate 1 --from a --to b => 2 : 'a' is not a number",
            "region transfer-leader 1 => 2 : --to",
            "store show => 2 : Missing required parameter",
            "store remove => 2 : Missing required parameter",
            "operator show x => 2 : 'x' is not a number",
            "kv get => 2 : Missing required parameter: 'KEY'",
            "kv get hex:0 => 2 : is not valid after its prefix",
            "kv get hex: => 2 : a key must not be empty",
            "kv put a => 2 : Missing required parameter: 'VALUE'",
            "kv put a hex:x => 2 : VALUE: 'hex:x'",
            "kv delete => 2 : Missing required parameter",
            "kv scan --start b --end a => 2 : --start b is not below --end a; swap them",
            "kv scan --limit -1 => 2 : --limit",
            "kv scan --limit many => 2 : 'many'",
            "kv import => 2 : Missing required parameter: 'FILE'",
            "kv import /no/such/file => 1 : there is no file /no/such/file",
            "kv import / => 1 : is a directory",
            "status --pd " + NOBODY + " => 3 : cannot reach PD at 127.0.0.1:1 (connection refused",
            "kv get a --pd " + NOBODY + " => 3 : ; nothing was changed",
            "kv put a b --pd " + NOBODY + " => 3 : cannot reach PD",
            "kv delete a --pd " + NOBODY + " => 3 : cannot reach PD",
            "kv scan --pd " + NOBODY + " => 3 : cannot reach PD",
            "kv scan -o json --pd " + NOBODY + " => 3 : cannot reach PD",
            "region list --pd " + NOBODY + " => 3 : cannot reach PD",
            "region split 1 --at k --pd " + NOBODY + " => 3 : cannot reach PD",
            "region migrate 1 --from 1 --to 2 --pd " + NOBODY + " => 3 : cannot reach PD",
            "region transfer-leader 1 --to 2 --pd " + NOBODY + " => 3 : cannot reach PD",
            "store list --pd " + NOBODY + " => 3 : cannot reach PD",
            "store remove 1 --lost --pd " + NOBODY + " => 3 : cannot reach PD",
            "operator list --pd " + NOBODY + " => 3 : cannot reach PD",
            "pd => 2 : missing --data DIR",
            "pd --data x --listen 1 => 2 : --listen: ':1' is not an address",
            "pd --data x --http :1 => 2 : --http: ':1' is not an address",
            "pd --data x --listen 0.0.0.0:2379 => 2 : add --advertise HOST:PORT",
            "pd --data x --listen 0.0.0.0:1 --advertise 0.0.0.0:1 => 2 : is no address by which others reach",
            "pd --data x --config /no/such.toml => 2 : --config: /no/such.toml does not exist",
            "pd --data x --pd 127.0.0.1:1 => 2 : Unknown option",
            "store --data x => 2 : missing --pd HOST:PORT[,...]",
            "store --data x --pd nowhere => 2 : --pd: 'nowhere'",
            "store --pd 127.0.0.1:1 => 2 : missing --data DIR",
            "store --data x --pd 127.0.0.1:1 --listen 0.0.0.0:1 => 2 : add --advertise HOST:PORT",
            "store --data x --pd 127.0.0.1:1 --sync=maybe => 2 : --sync: 'maybe' is neither true nor false",
            "store --data x --pd 127.0.0.1:1 --capacity 1 => 2 : Unknown options: '--capacity'",
            "store --data x --pd 127.0.0.1:1 --set unsent=1MiB => 2 : --set: unknown setting unsent",
            "store --data x --pd 127.0.0.1:1 --set no-delay=perhaps => 2 : --no-delay: 'perhaps' is neither",
            "store --data x --pd 127.0.0.1:1 --set data=y => 2 : --data and --set data are both given",
            "store --data x --pd 127.0.0.1:1 --set read-timeout=1s => 2 : --read-timeout: must be at least twice keep-alive (2s)",
            "pd --data x --set store-down-after=9s => 2 : --store-down-after: must be longer than",
            "pd --data x --set replicas=0 => 2 : --replicas: '0' is no number from 1 to 9",
            "config => 2 : Usage: cleave config",
            "config example => 2 : Missing required parameter",
            "config example shop => 2 : 'shop'",
            "config check => 2 : Missing required parameter: 'FILE'",
            "config check /no/such.toml => 2 : there is no file /no/such.toml",
            "playground --port-base 80 => 2 : --port-base: 1024 to 65000",
            "playground --port-base x => 2 : 'x' is not an int",
            "playground --keys 1 => 2 : --keys");

    @TempDir
    Path directory;

    @TestFactory
    List<DynamicTest> wrongInputGetsOneClearMessage() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String row : TABLE) {
            String[] parts = row.split(" => ", 2);
            String[] expected = parts[1].split(" : ", 2);
            tests.add(DynamicTest.dynamicTest(
                    row, () -> check(words(parts[0]), Integer.parseInt(expected[0]), expected[1])));
        }
        return tests;
    }

    @Test
    void anEmptyKeyIsRefused() {
        check(new String[] {"kv", "get", ""}, 2, "a key must not be empty");
    }

    @Test
    void anOverLongKeyIsRefused() {
        check(new String[] {"kv", "get", "k".repeat(4097)}, 2, "a key of 4097 bytes is too long, at most 4096");
        check(new String[] {"kv", "scan", "--start", "k".repeat(4097)}, 2, "4097 bytes are too many");
    }

    @Test
    void anOverLongValueIsRefused() {
        check(new String[] {"kv", "put", "k", "v".repeat((4 << 20) + 1)}, 2, "at most 4194304 are allowed");
    }

    @Test
    void nobodyAtAllAddressesIsToldWithinASecond() {
        long start = System.nanoTime();

        Run run = Run.of("status", "--pd", "127.0.0.1:1,127.0.0.1:2", "--timeout", "30");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("127.0.0.1:1, 127.0.0.1:2");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void aDataPathThatIsAFileIsRefused() {
        Path file = write("file", "no directory");

        check(
                new String[] {"pd", "--data", file.toString(), "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"},
                1,
                "is not a directory");
        check(
                new String[] {"pd", "--data", file + "/below", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"},
                1,
                "is not a directory");
        check(new String[] {"playground", "--script", "--data", file.toString()}, 1, "is not a directory");
    }

    @Test
    void aDirectoryOfSomebodyElseIsNoPlayground() {
        write("precious.txt", "mine");

        check(
                new String[] {"playground", "--script", "--data", directory.toString()},
                1,
                "holds something else than a playground");
        check(
                new String[] {"playground", "--script", "--ephemeral", "--data", directory.toString()},
                1,
                "is not empty");
        assertThat(directory.resolve("precious.txt")).exists();
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String at = "127.0.0.1:" + taken.getLocalPort();

            check(
                    new String[] {
                        "pd", "--data", directory.resolve("pd").toString(), "--listen", at, "--http", "127.0.0.1:0"
                    },
                    1,
                    at);
        }
    }

    @Test
    void aPortBaseInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            Path data = directory.resolve("playground");

            check(
                    new String[] {
                        "playground", "--script", "--data", data.toString(), "--port-base", Integer.toString(port)
                    },
                    port > 65_000 ? 2 : 1,
                    port > 65_000 ? "--port-base" : "port " + port + " is in use");
        }
    }

    @Test
    void everyMistakeOfAConfigFileIsToldWithItsPlace() {
        Path file = write("store.toml", """
                data = "d"
                lisen = "127.0.0.1:1"
                http = 80
                zzz = "q"
                """);

        check(
                new String[] {"store", "--pd", NOBODY, "--config", file.toString()},
                2,
                file + ":2:1 error: unknown key lisen (did you mean listen?)",
                file + ":3:1 error: http must be a text in quotes",
                file + ":4:1 error: unknown key zzz (known are ");
    }

    @Test
    void aWrongValueIsToldWithItsPlace() {
        Path file = write("pd.toml", "data = \"d\"\nlisten = \"here\"\n");

        check(
                new String[] {"pd", "--config", file.toString()},
                2,
                file + ":2:1 error: listen: 'here' is not an address");
    }

    @Test
    void aFileThatIsNoTomlIsToldWithLineAndColumn() {
        Path file = write("pd.toml", "data = \"d\"\nlisten = \n");

        check(new String[] {"pd", "--config", file.toString()}, 2, file + ":2:");
    }

    @Test
    void everyCommandExplainsItself() {
        walk(Cleave.commandLine(new java.io.PrintWriter(System.out), new java.io.PrintWriter(System.err)), command -> {
            List<String> arguments = new ArrayList<>(
                    List.of(command.getCommandSpec().qualifiedName().split(" "))
                            .subList(1, command.getCommandSpec().qualifiedName().split(" ").length));
            arguments.add("--help");
            Run run = Run.of(arguments.toArray(String[]::new));
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("Usage: " + command.getCommandSpec().qualifiedName());
            assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
        });
    }

    private static void walk(CommandLine command, java.util.function.Consumer<CommandLine> visit) {
        visit.accept(command);
        command.getSubcommands().values().forEach(child -> walk(child, visit));
    }

    private static void check(String[] arguments, int exitCode, String... messages) {
        Run run = Run.of(arguments);

        assertThat(run.err()).contains(messages).doesNotContain("\tat ", "Exception", "internal error");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.out().lines().filter(line -> !line.startsWith("Playground") && !line.startsWith("Stopped")))
                .as("stdout")
                .isEmpty();
    }

    private static String[] words(String text) {
        return text.isBlank() ? new String[0] : text.trim().split(" ");
    }

    private Path write(String name, String content) {
        try {
            return Files.writeString(directory.resolve(name), content);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
