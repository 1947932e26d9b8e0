package dev.cleave.placement.ctl.launch.playground;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.placement.ctl.command.Session;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The playground's cluster as an administrator sees it: what PD says, what each store answers over HTTP. */
final class Cluster {
    private static final Duration POLL = Duration.ofMillis(50);

    private final Session session;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private final ObjectMapper json = new ObjectMapper();

    Cluster(Session session) {
        this.session = session;
    }

    /** What one replica holds: how many pairs, and a checksum over all of them in order. */
    record Digest(long store, long appliedIndex, long keys, long checksum) {}

    List<RegionView> regions() {
        return session.ask(new PdRequest.ListRegions(0), PdReply.Regions.class).regions();
    }

    /** Whether the placement driver answers; throws if it does not. */
    boolean isServing() {
        return !session.ask(new PdRequest.GetStatus(), PdReply.Status.class)
                .members()
                .isEmpty();
    }

    List<StoreInfo> stores() {
        return session.ask(new PdRequest.ListStores(), PdReply.Stores.class).stores();
    }

    long accept(PdRequest request) {
        return session.ask(request, PdReply.Accepted.class).operatorId();
    }

    OperatorView operator(long id) {
        return session.ask(new PdRequest.ListOperators(id), PdReply.Operators.class)
                .operators()
                .get(0);
    }

    /** Waits until {@code isTrue}, at most {@code limit}; then fails saying {@code what} did not happen. */
    void await(String what, Duration limit, BooleanSupplier isTrue) {
        long end = session.nanos() + limit.toNanos();
        while (true) {
            try {
                if (isTrue.getAsBoolean()) {
                    return;
                }
            } catch (CommandFailure unreachable) {
                if (session.nanos() - end >= 0) {
                    throw unreachable;
                }
            }
            if (session.nanos() - end >= 0) {
                throw new CommandFailure(ExitCode.FAILED, "after " + limit.toSeconds() + " s still not so: " + what);
            }
            session.pause(POLL);
        }
    }

    void pause(Duration time) {
        session.pause(time);
    }

    long nanos() {
        return session.nanos();
    }

    Digest digest(StoreInfo store, long region) {
        URI uri = URI.create("http://" + store.httpAddress() + "/debug/regions/" + region + "/digest");
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new CommandFailure(
                        ExitCode.FAILED, "GET " + uri + " answered " + answer.statusCode() + " " + answer.body());
            }
            JsonNode node = json.readTree(answer.body());
            return new Digest(
                    store.id(),
                    node.get("appliedIndex").asLong(),
                    node.get("keys").asLong(),
                    node.get("checksum").asLong());
        } catch (IOException unreachable) {
            throw new CommandFailure(ExitCode.UNREACHABLE, "GET " + uri + " failed: " + unreachable.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILED, "interrupted");
        }
    }
}
