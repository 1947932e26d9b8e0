package dev.cleave.placement.ctl.launch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cleave.placement.ctl.command.AnsweringCommand;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.placement.ctl.launch.playground.PlaygroundDoor;
import dev.cleave.placement.ctl.output.Listing;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cleave playground status|kill|start|add-store}: from a second terminal. */
final class PlaygroundControlCommands {
    private PlaygroundControlCommands() {}

    /** A command that a playground carries out. */
    abstract static class Ordering extends AnsweringCommand {
        private static final Duration LIMIT = Duration.ofSeconds(30);

        @Option(
                names = "--data",
                paramLabel = "DIR",
                defaultValue = "playground-data",
                description = "The data directory of the playground. Default: ./playground-data")
        private Path data = Path.of("");

        final int ask(String method, String target, String order, int store) {
            URI uri = URI.create("http://127.0.0.1:" + PlaygroundDoor.port(data) + target);
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .timeout(LIMIT)
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .build();
            try {
                HttpResponse<String> answer =
                        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    throw new CommandFailure(ExitCode.REFUSED, error(answer.body()));
                }
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("order", order);
                json.put("store", store);
                json.put("text", answer.body().stripTrailing());
                answer(Listing.single("Playground", json, answer.body()));
                return ExitCode.OK;
            } catch (IOException nobody) {
                throw new CommandFailure(
                        ExitCode.UNREACHABLE,
                        "no playground runs in " + data + " (" + uri.getAuthority()
                                + ")\n  Start one: cleave playground        Another directory: --data");
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new CommandFailure(ExitCode.FAILED, "interrupted");
            }
        }

        private static String error(String body) {
            try {
                return new ObjectMapper().readTree(body).path("error").asText(body);
            } catch (JsonProcessingException notJson) {
                return body;
            }
        }
    }

    /** {@code cleave playground status}. */
    @Command(name = "status", description = "Shows the map and the load.", mixinStandardHelpOptions = true)
    static final class Status extends Ordering {
        @Override
        public Integer call() {
            return ask("GET", "/status", "status", 0);
        }
    }

    /** {@code cleave playground kill N}. */
    @Command(
            name = "kill",
            description = "Kills a store (kill -9 with --processes); watch who leads its regions then.",
            mixinStandardHelpOptions = true)
    static final class Kill extends Ordering {
        @Parameters(paramLabel = "STORE", description = "Its number, such as 3 or store3.")
        private long store;

        @Override
        public Integer call() {
            return ask("POST", "/kill?store=" + store, "kill", (int) store);
        }
    }

    /** {@code cleave playground start N}. */
    @Command(name = "start", description = "Starts a store that was killed.", mixinStandardHelpOptions = true)
    static final class Start extends Ordering {
        @Parameters(paramLabel = "STORE", description = "Its number, such as 3 or store3.")
        private long store;

        @Override
        public Integer call() {
            return ask("POST", "/start?store=" + store, "start", (int) store);
        }
    }

    /** {@code cleave playground add-store}. */
    @Command(name = "add-store", description = "Starts one more store.", mixinStandardHelpOptions = true)
    static final class AddStore extends Ordering {
        @Override
        public Integer call() {
            return ask("POST", "/add-store", "add-store", 0);
        }
    }
}
