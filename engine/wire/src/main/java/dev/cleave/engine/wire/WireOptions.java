package dev.cleave.engine.wire;

import java.time.Duration;

/**
 * Bounds and deadlines of links.
 *
 * @param unsentBytesMax bytes waiting in one link before {@link Link#send} refuses; a laggard must not eat the heap
 * @param handshakeDeadline how long a peer may take to say hello; a silent one must not hold a connection
 * @param connectTimeout how long a look-up of the name and a connection may take together
 * @param keepAlive how often an idle link says that it lives
 * @param silenceMax a link that has heard nothing for this long is closed; several keep-alives long
 * @param acceptedLinksMax links one endpoint holds at the same time; further ones are refused in words
 * @param stallMax a link whose peer takes nothing of what waits for it for this long is closed, however lively it is otherwise
 * @param isNoDelay whether small frames leave at once (TCP_NODELAY) rather than wait to be joined
 * @param isNative whether event loops wait by epoll where Netty's library for it is on the class path, rather than by the JDK's selectors
 */
public record WireOptions(
        long unsentBytesMax,
        Duration handshakeDeadline,
        Duration connectTimeout,
        Duration keepAlive,
        Duration silenceMax,
        int acceptedLinksMax,
        Duration stallMax,
        boolean isNoDelay,
        boolean isNative) {

    public WireOptions {
        require(unsentBytesMax >= 1024, "unsentBytesMax must be at least 1024, not " + unsentBytesMax);
        requirePositive("handshakeDeadline", handshakeDeadline);
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("keepAlive", keepAlive);
        require(
                silenceMax.compareTo(keepAlive.multipliedBy(2)) >= 0,
                "silenceMax (" + silenceMax + ") must be at least twice keepAlive (" + keepAlive + ")");
        require(acceptedLinksMax > 0, "acceptedLinksMax must be positive, not " + acceptedLinksMax);
        require(
                stallMax.compareTo(keepAlive.multipliedBy(2)) >= 0,
                "stallMax (" + stallMax + ") must be at least twice keepAlive (" + keepAlive + ")");
    }

    public static WireOptions defaults() {
        return new WireOptions(
                64L << 20,
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                Duration.ofSeconds(2),
                Duration.ofSeconds(8),
                4096,
                Duration.ofSeconds(20),
                true,
                true);
    }

    public WireOptions withUnsentBytesMax(long bytes) {
        return new WireOptions(
                bytes,
                handshakeDeadline,
                connectTimeout,
                keepAlive,
                silenceMax,
                acceptedLinksMax,
                stallMax,
                isNoDelay,
                isNative);
    }

    public WireOptions withHandshakeDeadline(Duration deadline) {
        return new WireOptions(
                unsentBytesMax,
                deadline,
                connectTimeout,
                keepAlive,
                silenceMax,
                acceptedLinksMax,
                stallMax,
                isNoDelay,
                isNative);
    }

    public WireOptions withConnectTimeout(Duration timeout) {
        return new WireOptions(
                unsentBytesMax,
                handshakeDeadline,
                timeout,
                keepAlive,
                silenceMax,
                acceptedLinksMax,
                stallMax,
                isNoDelay,
                isNative);
    }

    /** A link's stall is given no less time than its silence. */
    public WireOptions withKeepAlive(Duration every, Duration silence) {
        return new WireOptions(
                unsentBytesMax,
                handshakeDeadline,
                connectTimeout,
                every,
                silence,
                acceptedLinksMax,
                stallMax.compareTo(silence) < 0 ? silence : stallMax,
                isNoDelay,
                isNative);
    }

    public WireOptions withAcceptedLinksMax(int links) {
        return new WireOptions(
                unsentBytesMax,
                handshakeDeadline,
                connectTimeout,
                keepAlive,
                silenceMax,
                links,
                stallMax,
                isNoDelay,
                isNative);
    }

    public WireOptions withStallMax(Duration stall) {
        return new WireOptions(
                unsentBytesMax,
                handshakeDeadline,
                connectTimeout,
                keepAlive,
                silenceMax,
                acceptedLinksMax,
                stall,
                isNoDelay,
                isNative);
    }

    public WireOptions withNoDelay(boolean noDelay) {
        return new WireOptions(
                unsentBytesMax,
                handshakeDeadline,
                connectTimeout,
                keepAlive,
                silenceMax,
                acceptedLinksMax,
                stallMax,
                noDelay,
                isNative);
    }

    public WireOptions withNative(boolean mayBeNative) {
        return new WireOptions(
                unsentBytesMax,
                handshakeDeadline,
                connectTimeout,
                keepAlive,
                silenceMax,
                acceptedLinksMax,
                stallMax,
                isNoDelay,
                mayBeNative);
    }

    /** Consecutive silent keep-alive periods after which a peer counts as gone. */
    int silentPeriodsMax() {
        return periods(silenceMax);
    }

    /** Consecutive keep-alive periods in which a peer takes nothing after which it counts as stuck. */
    int stalledPeriodsMax() {
        return periods(stallMax);
    }

    private int periods(Duration time) {
        long keepAliveNanos = keepAlive.toNanos();
        return (int) Math.min(Integer.MAX_VALUE, (time.toNanos() + keepAliveNanos - 1) / keepAliveNanos);
    }

    private static void requirePositive(String name, Duration duration) {
        require(!duration.isNegative() && !duration.isZero(), name + " must be positive, not " + duration);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
