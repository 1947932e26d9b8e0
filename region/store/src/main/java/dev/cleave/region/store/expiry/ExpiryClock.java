package dev.cleave.region.store.expiry;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Value;
import dev.cleave.region.store.state.DataKeys;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What time it is for values that expire: this store's wall clock, but never earlier than it has been here before, nor than any time by which an entry has been judged here.
 * So a value that this store has called gone does not come back, even if the clock is set back or another leader's was ahead.
 */
@AnyThread
public final class ExpiryClock {
    private final Clock clock;
    private final AtomicLong latest = new AtomicLong();

    public ExpiryClock(Clock clock) {
        this.clock = clock;
    }

    /** Wall time in milliseconds; never decreases. */
    public long millis() {
        return latest.accumulateAndGet(clock.wallMillis(), Math::max);
    }

    /** An entry was judged by this time. */
    public void heard(long millis) {
        latest.accumulateAndGet(millis, Math::max);
    }

    /** What a reader sees of a stored value; null if there is none, or none any more. */
    public @Nullable Value visible(byte @Nullable [] stored) {
        return stored == null || isGone(stored) ? null : DataKeys.toValue(stored);
    }

    public boolean isGone(byte[] stored) {
        return isGone(stored, stored.length);
    }

    /** Of a stored value that is the first {@code bytes} of {@code stored}. */
    public boolean isGone(byte[] stored, int bytes) {
        long expiry = DataKeys.expiryMillis(stored, bytes);
        return expiry != Long.MAX_VALUE && expiry <= millis();
    }
}
