package dev.cleave.region.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import dev.cleave.region.client.CleaveClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a client whose placement driver is not there. */
@Timeout(60)
class ClientAccessTest {
    private static final Key KEY = Key.utf8("k");
    private static final Value VALUE = Value.utf8("v");

    private static AccessFailure failure(Function<KvAccess, CompletableFuture<?>> call) {
        try (CleaveClient client = CleaveClient.builder()
                .pd("127.0.0.1:1")
                .callDeadline(Duration.ofMillis(200))
                .build()) {
            Throwable thrown = catchThrowable(
                    () -> call.apply(new ClientAccess(client.async())).get(10, TimeUnit.SECONDS));
            return (AccessFailure) thrown.getCause();
        }
    }

    @Test
    void whatWasNeverSentCertainlyHadNoEffect() {
        List<Function<KvAccess, CompletableFuture<?>>> calls = List.of(
                access -> access.get(KEY),
                access -> access.put(KEY, VALUE, Optional.empty()),
                access -> access.put(KEY, VALUE, Optional.of(Duration.ofSeconds(1))),
                access -> access.putIfAbsent(KEY, VALUE, Optional.empty()),
                access -> access.putIfAbsent(KEY, VALUE, Optional.of(Duration.ofSeconds(1))),
                access -> access.delete(KEY),
                access -> access.scan(KeyRange.ALL, 10, false));

        for (Function<KvAccess, CompletableFuture<?>> call : calls) {
            assertThat(failure(call).kind()).isIn(AccessFailure.Kind.UNAVAILABLE, AccessFailure.Kind.TIMED_OUT);
        }
    }

    @Test
    void whatIsWrongInItselfIsSaidToBe() {
        AccessFailure failure = failure(access -> access.put(Key.EMPTY, VALUE, Optional.empty()));

        assertThat(failure.kind()).isEqualTo(AccessFailure.Kind.INVALID);
        assertThat(failure.getMessage()).contains("empty");
    }
}
