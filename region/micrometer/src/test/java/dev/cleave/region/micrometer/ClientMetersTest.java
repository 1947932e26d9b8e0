package dev.cleave.region.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.region.client.ClientStats;
import dev.cleave.region.client.RetryReason;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ClientMetersTest {
    @Test
    void theCountersFollowTheClient() {
        AtomicReference<ClientStats> stats = new AtomicReference<>(stats(10, 1));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        ClientMeters meters = new ClientMeters(stats::get, Tags.of("client", "a"));
        meters.bindTo(registry);

        stats.set(stats(25, 4));

        assertThat(registry.get("cleave.client.calls")
                        .tags("outcome", "done", "client", "a")
                        .functionCounter()
                        .count())
                .isEqualTo(25);
        assertThat(registry.get("cleave.client.calls")
                        .tag("outcome", "undetermined")
                        .functionCounter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("cleave.client.retry")
                        .tag("reason", "not_leader")
                        .functionCounter()
                        .count())
                .isEqualTo(4);
        assertThat(registry.get("cleave.client.retry")
                        .tag("reason", "busy")
                        .functionCounter()
                        .count())
                .isZero();
        assertThat(registry.get("cleave.client.region.cache")
                        .tag("result", "hit")
                        .functionCounter()
                        .count())
                .isEqualTo(9);
        assertThat(registry.get("cleave.client.in.flight").gauge().value()).isEqualTo(6);
        assertThat(registry.get("cleave.client.links").gauge().value()).isEqualTo(8);
        assertThat(meters).isNotNull();
    }

    private static ClientStats stats(long done, long retries) {
        return new ClientStats(99, done, 2, 3, 4, Map.of(RetryReason.NOT_LEADER, retries), 5, 9, 3, 6, 7, 8);
    }
}
