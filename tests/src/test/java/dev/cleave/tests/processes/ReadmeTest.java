package dev.cleave.tests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.wire.Address;
import dev.cleave.placement.ctl.command.Session;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands by which the README starts a cluster by hand, run as they are written there; only a port that is taken here gives way to another. */
class ReadmeTest {
    private static final Pattern PORT = Pattern.compile("(?<=[:=])([0-9]{4,5})\\b");
    private static final List<Integer> DEFAULT_PORTS = List.of(2379, 2380, 20160, 20180);

    @TempDir
    private Path directory;

    private final Map<String, Process> servers = new LinkedHashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private Command command;

    /** The working directory looks like a checkout: bin/cleave is there. */
    @BeforeEach
    void makeCheckout() throws Exception {
        Path cleave = Files.createDirectory(directory.resolve("bin")).resolve("cleave");
        Files.writeString(cleave, "#!/bin/sh\nexec '" + Command.CLEAVE + "' \"$@\"\n");
        Files.setPosixFilePermissions(cleave, PosixFilePermissions.fromString("rwxr-xr-x"));
        command = new Command(directory);
    }

    @AfterEach
    void stop() throws Exception {
        for (Process server : servers.values()) {
            server.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void theFiveCommandsMakeAClusterThatServesAndStopsInOrder() throws Exception {
        List<String> lines = freePorts(commandsByHand());
        List<String> stores =
                lines.stream().filter(line -> line.contains(" store ")).toList();
        assertThat(lines).as("a placement driver, three stores, status").hasSize(5);
        assertThat(stores).hasSize(3);
        assertThat(lines.get(4)).contains(" status");
        Address pd = Address.parse(option(stores.get(0), "--pd"));
        Address firstHttp = Address.parse(option(stores.get(0), "--http"));

        startServer("pd", lines.get(0));
        for (int i = 0; i < 3; i++) {
            startServer("store" + (i + 1), stores.get(i));
        }
        HandMade.awaitThat(
                "the status shows a healthy cluster",
                90,
                () -> shell(lines.get(4)).out().contains("healthy"));

        shell("bin/cleave kv put fruit/apple red --timeout 30 --pd " + pd).expect(0);
        Command.Ended got =
                shell("bin/cleave kv get fruit/apple --timeout 30 --pd " + pd).expect(0);
        assertThat(got.out()).isEqualTo("red\n");
        measure(pd);
        assertThat(get(firstHttp, "/key/fruit/apple")).isEqualTo("red");
        try (Session session = new Session(List.of(pd), Duration.ofSeconds(5))) {
            assertThat(stopOneThatLeads(session)).as("a store led").isTrue();
        }
        // Without a majority nobody can take over leaders: the last two end all the same.
        for (String name : List.copyOf(servers.keySet())) {
            assertThat(terminate(name)).as(name).isZero();
        }
    }

    /** Stops stores until one of them was a leader: it has handed over, and the key is served at once. */
    private boolean stopOneThatLeads(Session session) throws Exception {
        long leader = session.ask(new PdRequest.ListRegions(0), PdReply.Regions.class)
                .regions()
                .get(0)
                .leaderStore();
        for (String name : List.copyOf(servers.keySet())) {
            if (command.log(name).contains("role=store store=" + leader + " ")) {
                Address http = httpOf(session, leader);
                assertThat(get(http, "/status")).contains("\"leader\"");

                assertThat(terminate(name)).isZero();

                assertThat(command.log(name)).contains("leadersMoved=true");
                Address other = session.ask(new PdRequest.ListStores(), PdReply.Stores.class).stores().stream()
                        .filter(store -> store.id() != leader)
                        .findFirst()
                        .orElseThrow()
                        .httpAddress();
                assertThat(get(other, "/key/fruit/apple")).isEqualTo("red");
                return true;
            }
        }
        return false;
    }

    private static Address httpOf(Session session, long store) {
        return session.ask(new PdRequest.ListStores(), PdReply.Stores.class).stores().stream()
                .filter(each -> each.id() == store)
                .findFirst()
                .orElseThrow()
                .httpAddress();
    }

    /** The first shell block after the heading that says "by hand", one command per element. */
    private static List<String> commandsByHand() throws Exception {
        String readme = Files.readString(Command.ROOT.resolve("README.md"));
        Matcher block = Pattern.compile("(?ms)^#+ [^\\n]*by hand[^\\n]*$.*?^```sh\\n(.*?)^```")
                .matcher(readme);
        assertThat(block.find())
                .as("README.md has a ```sh block after a heading with \"by hand\"")
                .isTrue();
        return block.group(1)
                .replace("\\\n", " ")
                .lines()
                .map(line -> line.replaceFirst("\\s+#.*$", "").strip())
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    private static List<String> freePorts(List<String> lines) {
        Map<String, String> others = new LinkedHashMap<>();
        for (String line : lines) {
            Matcher port = PORT.matcher(line);
            while (port.find()) {
                if (!FreePorts.isFree(Integer.parseInt(port.group(1)))) {
                    others.computeIfAbsent(
                            port.group(1), taken -> FreePorts.choose(1).get(0).toString());
                }
            }
        }
        List<String> changed = new ArrayList<>();
        for (String line : lines) {
            changed.add(PORT.matcher(line).replaceAll(port -> others.getOrDefault(port.group(1), port.group(1))));
        }
        return changed;
    }

    private static String option(String line, String name) {
        Matcher option = Pattern.compile(name + "[ =](\\S+)").matcher(line);
        assertThat(option.find()).as(name + " in " + line).isTrue();
        return option.group(1);
    }

    /** Any load at all: it is counted, all of it succeeds, and the servers' share is known, as they run here. */
    private void measure(Address pd) throws Exception {
        String options = "--mix put,get,f --in-flight 8 --keys 500 --warm-up 0 --seconds 1 -o json --timeout 30";
        Command.Ended measured =
                shell("bin/cleave bench " + options + " --pd " + pd).expect(0);
        assertThat(measured.out())
                .contains("\"mix\" : \"f\"", "\"serversLookedInto\" : 3", "\"failed\" : 0")
                .doesNotContain("\"succeeded\" : 0,");
    }

    private void startServer(String name, String line) throws Exception {
        servers.put(name, command.startShell(name, line.replaceFirst("\\s*&$", "")));
    }

    private Command.Ended shell(String line) {
        try {
            return command.shell(60, line);
        } catch (java.io.IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    private String get(Address at, String path) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://" + at + path)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private int terminate(String name) throws Exception {
        Process server = servers.remove(name);
        server.toHandle().destroy();
        if (!server.waitFor(30, TimeUnit.SECONDS)) {
            server.destroyForcibly();
            throw new AssertionError(name + " does not stop within 30 s: " + command.log(name));
        }
        return server.exitValue();
    }
}
