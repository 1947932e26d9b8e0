package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.placement.ctl.launch.Cleave;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is refused in words, with the right code, and changes nothing: one table for each surface. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadInputTest {
    private static final int STORES = 4;
    private static final String KEY_TOO_LONG = "k".repeat(4097);
    private static final String VALUE_TOO_LONG = "v".repeat((4 << 20) + 1);

    private final HttpClient http = HttpClient.newHttpClient();
    private Path directory;
    private HandMade cluster;
    private long left;
    private long right;
    private List<Long> holders;
    private int spare;
    private long spareId;
    private String before;

    /** Two regions that meet at "m", and a store without a replica. */
    @BeforeAll
    void start(@TempDir Path given) throws Exception {
        directory = given;
        cluster = new HandMade(directory);
        cluster.startAll(STORES);
        long whole = cluster.regions().get(0).region().id();
        cluster.cli("region", "split", Long.toString(whole), "--at", "m", "--wait")
                .expect(0);
        cluster.cli("kv", "put", "fruit", "red", "--timeout", "30").expect(0);
        cluster.awaitWhole(STORES);
        left = cluster.regions().get(0).region().id();
        right = cluster.regions().get(1).region().id();
        holders = cluster.regions().get(0).region().peers().stream()
                .map(Peer::storeId)
                .sorted()
                .toList();
        spare = IntStream.rangeClosed(1, STORES)
                .filter(number -> !holders.contains(cluster.storeId(number)))
                .findFirst()
                .orElseThrow();
        spareId = cluster.storeId(spare);
    }

    @AfterAll
    void stop() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void look() throws Exception {
        before = everything();
    }

    @AfterEach
    void nothingHasChanged() throws Exception {
        assertThat(everything()).isEqualTo(before);
    }

    /** Regions with their epochs and places, which stores there are, all keys, and all operators there ever were. */
    private String everything() throws Exception {
        StringBuilder text = new StringBuilder();
        for (RegionView view : cluster.regions()) {
            text.append(view.region()).append('\n');
        }
        for (StoreInfo store : cluster.stores()) {
            boolean isGone = store.state() == StoreInfo.State.REMOVED || store.state() == StoreInfo.State.DRAINING;
            text.append(store.id()).append(isGone ? " gone\n" : "\n");
        }
        for (OperatorView operator : cluster.operators()) {
            text.append(operator.id()).append(' ').append(operator.state()).append('\n');
        }
        return text.append(get("/scan?limit=10000")).toString();
    }

    private record Refusal(int exitCode, String words, List<String> arguments) {
        static Refusal of(int exitCode, String words, Object... arguments) {
            return new Refusal(
                    exitCode, words, Stream.of(arguments).map(String::valueOf).toList());
        }

        @Override
        public String toString() {
            String line = String.join(" ", arguments);
            return (line.length() > 70 ? line.substring(0, 70) + "…" : line) + " → " + exitCode + " " + words;
        }
    }

    /** The command line. Exit codes: 1 failed, 2 wrong usage, 3 unreachable, 4 not found, 6 refused by a safety check. */
    private Stream<Refusal> commands() {
        long from = holders.get(0);
        long other = holders.get(1);
        int nobody = FreePorts.choose(1).get(0);
        return Stream.of(
                Refusal.of(2, "frobnicate", "frobnicate"),
                Refusal.of(2, "--frobnicate", "status", "--frobnicate"),
                Refusal.of(2, "xml", "status", "-o", "xml"),
                Refusal.of(2, "--timeout", "status", "--timeout", "0"),
                Refusal.of(2, "--timeout", "status", "--timeout", "soon"),
                Refusal.of(2, "is not an address", "status", "--pd", "nonsense"),
                Refusal.of(2, "is not an address", "status", "--pd", "127.0.0.1:99999"),
                Refusal.of(2, "is not an address", "status", "--pd", "127.0.0.1:2379,"),
                Refusal.of(3, "cannot reach PD", "status", "--pd", "127.0.0.1:" + nobody),
                Refusal.of(3, "cannot reach PD", "kv", "put", "k", "v", "--pd", "127.0.0.1:" + nobody),
                Refusal.of(2, "KEY", "kv", "get"),
                Refusal.of(2, "VALUE", "kv", "put", "k"),
                Refusal.of(2, "empty", "kv", "get", ""),
                Refusal.of(2, "empty", "kv", "put", "", "v"),
                Refusal.of(2, "4096", "kv", "put", KEY_TOO_LONG, "v"),
                Refusal.of(2, "4096", "kv", "delete", KEY_TOO_LONG),
                Refusal.of(2, "4194304", "kv", "put", "k", VALUE_TOO_LONG),
                Refusal.of(2, "not valid after its prefix", "kv", "get", "hex:0g"),
                Refusal.of(2, "not valid after its prefix", "kv", "put", "k", "b64:*"),
                Refusal.of(4, "no such key", "kv", "get", "absent"),
                Refusal.of(2, "--ttl: 0.001 to 3155760000 seconds", "kv", "put", "k", "v", "--ttl", "0"),
                Refusal.of(2, "put, get, scan, and a to f", "bench", "--mix", "g"),
                Refusal.of(2, "1 to 65536 operations in flight", "bench", "--in-flight", "0"),
                Refusal.of(2, "uniform, zipfian, latest and sequential", "bench", "--order", "random"),
                Refusal.of(2, "--seconds must be above 0", "bench", "--seconds", "0"),
                Refusal.of(2, "1 to 99999999999 keys", "bench", "--keys", "0"),
                Refusal.of(2, "is not below", "kv", "scan", "--start", "z", "--end", "a"),
                Refusal.of(2, "4096", "kv", "scan", "--start", KEY_TOO_LONG),
                Refusal.of(2, "--limit", "kv", "scan", "--limit", "-1"),
                Refusal.of(2, "--limit", "kv", "scan", "--limit", "many"),
                Refusal.of(1, "there is no file", "kv", "import", directory.resolve("absent.tsv")),
                Refusal.of(1, "is a directory", "kv", "import", directory),
                Refusal.of(2, "--at", "region", "split", right),
                Refusal.of(2, "first", "region", "split", "first", "--at", "x"),
                Refusal.of(4, "999", "region", "split", 999, "--at", "x"),
                Refusal.of(1, "not strictly inside", "region", "split", right, "--at", "m"),
                Refusal.of(1, "not strictly inside", "region", "split", left, "--at", "m"),
                Refusal.of(1, "not strictly inside", "region", "split", right, "--at", "a"),
                Refusal.of(1, "ascend", "region", "split", right, "--at", "x", "--at", "x"),
                Refusal.of(2, "empty", "region", "split", right, "--at", ""),
                Refusal.of(2, "4096", "region", "split", right, "--at", "z" + KEY_TOO_LONG),
                Refusal.of(2, "not valid after its prefix", "region", "split", right, "--at", "hex:7"),
                Refusal.of(4, "999", "region", "migrate", 999, "--from", from, "--to", spareId),
                Refusal.of(4, "999", "region", "migrate", left, "--from", from, "--to", 999),
                Refusal.of(1, "already", "region", "migrate", left, "--from", from, "--to", other),
                Refusal.of(1, "already", "region", "migrate", left, "--from", from, "--to", from),
                Refusal.of(1, "has no replica on store", "region", "migrate", left, "--from", 999, "--to", spareId),
                Refusal.of(2, "--to", "region", "migrate", left, "--from", from),
                Refusal.of(1, "has no voter on store", "region", "transfer-leader", left, "--to", spareId),
                Refusal.of(4, "999", "region", "transfer-leader", 999, "--to", from),
                Refusal.of(4, "cleave region list", "region", "show", 999),
                Refusal.of(4, "no region 0", "region", "show", 0),
                Refusal.of(4, "cleave operator list", "operator", "show", 999),
                Refusal.of(4, "no store 999", "store", "show", 999),
                Refusal.of(4, "999", "store", "remove", 999),
                Refusal.of(6, "it is not lost", "store", "remove", from, "--lost"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    @Order(1)
    void aWrongCommandIsRefused(Refusal refusal) {
        List<String> line = new ArrayList<>(refusal.arguments());
        if (!line.contains("--timeout")) {
            line.addAll(List.of("--timeout", "30"));
        }
        assertRefused(refusal, inProcess(line.toArray(String[]::new)));
    }

    /** Without a cluster behind --pd the default or the environment would be asked. */
    private Command.Ended inProcess(String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        if (!line.contains("--pd")) {
            line.addAll(List.of("--pd", cluster.pd()));
        }
        return execute(line);
    }

    private static Command.Ended execute(List<String> line) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Cleave.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(line.toArray(String[]::new));
        return new Command.Ended(code, out.toString(), err.toString());
    }

    /** The first line says what is wrong; at most two more say what to do. */
    private static void assertRefused(Refusal refusal, Command.Ended ended) {
        ended.expect(refusal.exitCode());
        assertThat(ended.out()).isEmpty();
        List<String> lines = ended.err().lines().toList();
        assertThat(lines).as(ended.err()).isNotEmpty().hasSizeLessThanOrEqualTo(3);
        assertThat(lines.get(0)).contains(refusal.words());
        assertThat(ended.err()).doesNotContain("Exception").doesNotContain("internal error");
    }

    @Test
    @Order(2)
    void theExitCodeReachesTheShell() {
        Command.Ended unknown = cluster.cli("kv", "get", "absent", "--timeout", "30");

        assertRefused(Refusal.of(4, "no such key"), unknown);
        assertRefused(Refusal.of(2, "--frobnicate"), cluster.cli("status", "--frobnicate"));
    }

    private record Answer(int status, String method, String path, String body) {
        static Answer of(int status, String method, String path) {
            return new Answer(status, method, path, "");
        }

        @Override
        public String toString() {
            return method + " " + (path.length() > 60 ? path.substring(0, 60) + "…" : path) + " → " + status;
        }
    }

    private static Stream<Answer> requests() {
        return Stream.of(
                Answer.of(404, "GET", "/key/absent"),
                Answer.of(400, "GET", "/key/"),
                Answer.of(400, "GET", "/key/a?b=c"),
                Answer.of(413, "GET", "/key/" + KEY_TOO_LONG),
                new Answer(413, "PUT", "/key/" + KEY_TOO_LONG, "v"),
                Answer.of(413, "DELETE", "/key/" + KEY_TOO_LONG),
                new Answer(400, "PUT", "/key/", "v"),
                new Answer(413, "PUT", "/key/big", VALUE_TOO_LONG),
                new Answer(413, "PUT", "/key/big", VALUE_TOO_LONG + VALUE_TOO_LONG),
                new Answer(405, "POST", "/key/fruit", "v"),
                Answer.of(405, "DELETE", "/scan"),
                Answer.of(405, "PUT", "/status"),
                Answer.of(404, "GET", "/nowhere"),
                Answer.of(404, "GET", "/"),
                Answer.of(404, "GET", "/debug/regions/999/digest"),
                Answer.of(400, "GET", "/scan?start=z&end=a"),
                Answer.of(400, "GET", "/scan?limit=0"),
                Answer.of(400, "GET", "/scan?limit=-1"),
                Answer.of(400, "GET", "/scan?limit=many"),
                Answer.of(400, "GET", "/scan?limit=99999999"),
                Answer.of(400, "GET", "/scan?reverse=perhaps"),
                Answer.of(400, "GET", "/scan?from=a"),
                Answer.of(413, "GET", "/scan?start=" + KEY_TOO_LONG));
    }

    @ParameterizedTest
    @MethodSource("requests")
    @Order(3)
    void aWrongRequestIsRefused(Answer wrong) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://" + cluster.http(1) + wrong.path()))
                        .method(wrong.method(), BodyPublishers.ofString(wrong.body()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(wrong.status());
        assertThat(answer.body()).contains("\"error\"").contains("\"hint\"").doesNotContain("Exception");
    }

    /** What no client library would send. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /key/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /key/%4 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET key HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /key/a HTTP/1.1\r\n\r\n",
                "HELLO\r\n\r\n",
                "PUT /key/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n",
                "PUT /key/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "PUT /key/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    @Order(3)
    void malformedHttpIsRefused(String request) throws Exception {
        URI at = URI.create("http://" + cluster.http(holder()));
        try (Socket socket = new Socket(at.getHost(), at.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));

            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(answer.readLine()).startsWith("HTTP/1.1 400 ");
        }
    }

    /** Bytes that are no frame close the link they came on, and nothing else. */
    @Test
    @Order(3)
    void malformedFramesCloseTheirLink() throws Exception {
        for (String address : List.of(cluster.pd(), cluster.listen(holder()))) {
            URI at = URI.create("cleave://" + address);
            try (Socket socket = new Socket(at.getHost(), at.getPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\n\r\n".repeat(20).getBytes(StandardCharsets.UTF_8));
                assertThat(endOf(socket)).as(address + " closes the link").isTrue();
            }
        }
    }

    private static boolean endOf(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    private String get(String path) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://" + cluster.http(holder()) + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    /** A store that runs from the beginning to the end. */
    private int holder() {
        return spare == 1 ? 2 : 1;
    }

    /** Wrong settings of servers: told before anything is opened. */
    @Test
    @Order(4)
    void aServerWithWrongSettingsIsRefused() throws Exception {
        Path config = Files.writeString(directory.resolve("wrong.toml"), "dta = \"x\"\n");
        Path fresh = directory.resolve("unused");
        String free = "127.0.0.1:0";

        List<Refusal> refusals = List.of(
                Refusal.of(2, "--data", "pd"),
                Refusal.of(2, "--frobnicate", "pd", "--frobnicate"),
                Refusal.of(2, "is not an address", "pd", "--data", fresh, "--listen", "here"),
                Refusal.of(2, "did you mean data", "pd", "--config", config),
                Refusal.of(2, "does not exist", "pd", "--config", fresh),
                Refusal.of(2, "--frobnicate", "store", "--frobnicate"),
                Refusal.of(2, "is not an address", storeAt(fresh, "nowhere", free, free)),
                Refusal.of(2, "is not an address", storeAt(fresh, cluster.pd(), "1:2:3:99999", free)));
        for (Refusal refusal : refusals) {
            assertRefused(refusal, execute(refusal.arguments()));
        }
        assertThat(fresh).doesNotExist();
    }

    /** Servers that cannot start: each says why and ends. All at once, for each is a JVM. */
    @Test
    @Order(4)
    void aServerThatCannotStartSaysWhy() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "no directory");
        Path foreign = Files.createDirectory(directory.resolve("foreign"));
        Files.writeString(foreign.resolve("letter.txt"), "not yours");
        Path wrongFormat = Files.createDirectory(directory.resolve("future"));
        Files.writeString(wrongFormat.resolve("store.identity"), "format=99\n");
        String fresh = directory.resolve("fresh").toString();
        String free = "127.0.0.1:" + FreePorts.choose(1).get(0);
        String pd = cluster.pd();

        List<Refusal> refusals = List.of(
                Refusal.of(1, "in use", "pd", "--data", fresh + 1, "--listen", pd, "--http", free),
                Refusal.of(1, "in use", "pd", "--data", fresh + 2, "--listen", free, "--http", cluster.pdHttp()),
                Refusal.of(1, "is not a directory", "pd", "--data", file, "--listen", free, "--http", free),
                Refusal.of(1, "in use", "pd", "--data", cluster.data("pd"), "--listen", free, "--http", free),
                Refusal.of(1, "a directory of its own", pdAt(cluster.data("store1"), free)),
                Refusal.of(1, "a directory of its own", pdAt(foreign, free)),
                Refusal.of(1, "in use", storeAt(fresh + 3, pd, cluster.listen(1), free)),
                Refusal.of(1, "in use", storeAt(fresh + 4, pd, free, cluster.http(1))),
                Refusal.of(1, "in use", storeAt(cluster.data("store1"), pd, free, free)),
                Refusal.of(1, "is not a directory", storeAt(file.resolve("below"), pd, free, free)),
                Refusal.of(1, "is a placement driver's directory", storeAt(cluster.data("pd"), pd, free, free)),
                Refusal.of(1, "a directory of its own", storeAt(foreign, pd, free, free)),
                Refusal.of(2, "--pd", "store", "--data", fresh),
                Refusal.of(1, "format 99", storeAt(wrongFormat, pd, free, free)));

        runAll(refusals);
        assertThat(Files.list(foreign)).hasSize(1);
    }

    private static Object[] pdAt(Object data, String free) {
        return new Object[] {"pd", "--data", data, "--listen", free, "--http", "127.0.0.1:0"};
    }

    private static Object[] storeAt(Object data, String pd, String listen, String http) {
        String httpOrAny = http.equals(listen) ? "127.0.0.1:0" : http;
        return new Object[] {"store", "--data", data, "--pd", pd, "--listen", listen, "--http", httpOrAny};
    }

    private void runAll(List<Refusal> refusals) {
        List<CompletableFuture<Void>> runs = new ArrayList<>();
        for (Refusal refusal : refusals) {
            runs.add(CompletableFuture.runAsync(() -> run(refusal)));
        }
        runs.forEach(CompletableFuture::join);
    }

    private void run(Refusal refusal) {
        try {
            Command.Ended ended = cluster.command.run(120, refusal.arguments().toArray(String[]::new));
            assertThat(ended.exitCode()).as(refusal + ": " + ended).isEqualTo(refusal.exitCode());
            // A server logs on the way; what ended it is said last.
            assertThat(ended.err())
                    .as(refusal.toString())
                    .contains(refusal.words())
                    .doesNotContain("\tat ");
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    @Order(5)
    void aStoreThatIsDownGetsNoReplicaAndOneThatIsNeededMayNotGo() throws Exception {
        cluster.kill("store" + spare);
        HandMade.awaitThat(
                "the spare store is missed",
                30,
                () -> cluster.stores().stream()
                        .anyMatch(store -> store.id() == spareId && store.state() == StoreInfo.State.DISCONNECTED));

        List<Refusal> refusals = List.of(
                Refusal.of(6, "is DISCONNECTED", "region", "migrate", left, "--from", holders.get(0), "--to", spareId),
                Refusal.of(6, "start another store first", "store", "remove", holders.get(0)));
        for (Refusal refusal : refusals) {
            assertRefused(refusal, inProcess(refusal.arguments().toArray(String[]::new)));
        }
    }

    @Test
    @Order(6)
    void aStoreOfOneClusterIsRefusedByAnother() throws Exception {
        Path copy = directory.resolve("copy");
        Path original = Path.of(cluster.data("store" + spare));
        try (Stream<Path> files = Files.walk(original)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, copy.resolve(original.relativize(file)));
            }
        }
        try (HandMade other = new HandMade(Files.createDirectory(directory.resolve("other")))) {
            other.startPlacement();
            other.awaitListening();

            run(Refusal.of(1, "check --pd", storeAt(copy, other.pd(), other.listen(1), other.http(1))));
        }
    }

    /** The last one, for it ends with a cluster that has another store. */
    @Test
    @Order(7)
    void aWipedDiskIsRefusedUnderItsOldAddressAndItsWayBackWorks() throws Exception {
        String name = "store" + spare;
        deleteAll(Path.of(cluster.data(name)));

        cluster.start(name);
        int exitCode = cluster.awaitEnd(name);

        assertThat(exitCode).isEqualTo(1);
        assertThat(cluster.command.log(name)).contains("cleave store remove " + spareId + " --lost");
        nothingHasChanged();

        assertThat(inProcess("store", "remove", Long.toString(spareId), "--lost")
                        .expect(0)
                        .out())
                .contains("may join again");
        cluster.start(name);
        cluster.awaitWhole(STORES);
        assertThat(cluster.storeId(spare)).isNotEqualTo(spareId);
        before = everything();
    }

    private static void deleteAll(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
