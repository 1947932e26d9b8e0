package dev.cleave.placement.ctl.launch.config;

import dev.cleave.engine.http.HttpOptions;
import dev.cleave.engine.log.LogOptions;
import dev.cleave.engine.wire.Address;
import dev.cleave.engine.wire.WireOptions;
import dev.cleave.placement.ctl.launch.process.ServerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What stores and placement drivers have in common: their addresses, their connections, their HTTP server, their log. */
final class LinkSettings {
    private static final WireOptions WIRE = WireOptions.defaults();
    private static final HttpOptions HTTP = HttpOptions.defaults();
    private static final LogOptions LOG = LogOptions.defaults();
    private static final Duration MIN = Duration.ofMillis(100);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    static final Setting<Duration> CONNECT = Setting.of(
            "connect-timeout",
            Forms.time(MIN, MINUTE),
            WIRE.connectTimeout(),
            "How long the look-up of a name and a connection to another server may take together.");
    static final Setting<Duration> HANDSHAKE = Setting.of(
            "handshake-timeout",
            Forms.time(MIN, MINUTE),
            WIRE.handshakeDeadline(),
            "How long a peer may take to say who it is.");
    static final Setting<Duration> KEEP_ALIVE = Setting.of(
            "keep-alive",
            Forms.time(MIN, MINUTE),
            WIRE.keepAlive(),
            "How often an idle connection says that it lives.");
    static final Setting<Duration> READ = Setting.of(
            "read-timeout",
            Forms.time(MIN.multipliedBy(2), HOUR),
            WIRE.silenceMax(),
            "A connection that has brought nothing, not even a sign of life, for this long is closed. At least twice keep-alive.");
    static final Setting<Duration> WRITE = Setting.of(
            "write-timeout",
            Forms.time(MIN.multipliedBy(2), HOUR),
            WIRE.stallMax(),
            "A connection whose peer has taken nothing of what waits for it for this long is closed. At least twice keep-alive.");
    static final Setting<Long> UNSENT = Setting.of(
            "unsent-max",
            Forms.size(1 << 20, 1L << 30),
            WIRE.unsentBytesMax(),
            "How much may wait in one connection; beyond it messages are dropped, or callers hear \"busy\".");
    static final Setting<Integer> LINKS = Setting.of(
            "connections-max",
            Forms.count(1, 1_000_000),
            WIRE.acceptedLinksMax(),
            "Connections of clients and servers at the same time; further ones are refused in words.");
    static final Setting<Boolean> NO_DELAY = Setting.of(
            "no-delay",
            Forms.yesOrNo(),
            WIRE.isNoDelay(),
            "Whether small messages leave at once (TCP_NODELAY) rather than wait to be joined.");
    static final Setting<Boolean> NATIVE = Setting.of(
            "native-transport",
            Forms.yesOrNo(),
            WIRE.isNative(),
            "Whether sockets are watched by epoll, where there is one, rather than by the JDK's selectors.");

    static final Setting<Integer> HTTP_CONNECTIONS = Setting.of(
            "http-connections-max",
            Forms.count(1, 1_000_000),
            HTTP.connectionsMax(),
            "HTTP connections at the same time; further ones get 503.");
    static final Setting<Duration> HTTP_HEADER = Setting.of(
            "http-header-timeout",
            Forms.time(MIN, HOUR),
            HTTP.headerDeadline(),
            "How long the head of an HTTP request may take to arrive.");
    static final Setting<Duration> HTTP_BODY = Setting.of(
            "http-body-timeout",
            Forms.time(MIN, HOUR),
            HTTP.bodyDeadline(),
            "How long its body may take, and the client to take the answer.");
    static final Setting<Duration> HTTP_ANSWER = Setting.of(
            "http-answer-timeout",
            Forms.time(MIN, HOUR),
            HTTP.answerDeadline(),
            "How long an HTTP request may be worked on; then the answer is 504.");
    static final Setting<Duration> HTTP_IDLE = Setting.of(
            "http-idle-close",
            Forms.time(MIN, HOUR),
            HTTP.idleClose(),
            "How long an HTTP connection may rest between two requests.");
    static final Setting<Set<String>> HTTP_HOSTS = Setting.of(
            "http-hosts",
            Forms.names(),
            HTTP.hostsAllowed(),
            "Names, beside localhost and loopback addresses, under which requests may address an HTTP server that listens on the"
                    + " loopback: a web page that rebinds its own name must not reach it.");

    static final Setting<Long> LOG_SIZE = Setting.of(
            "log-size",
            Forms.size(256L << 20, 1L << 40),
            LOG.diskBytesMax(),
            "How much of the log is kept for followers that lag; more only while something holds it back.");
    static final Setting<Long> FREE = Setting.of(
            "disk-free-min",
            Forms.size(0, 1L << 40),
            LOG.freeBytesFloor(),
            "Below so much free space writes that add data are refused.");

    static final List<Setting<?>> NETWORK =
            List.of(CONNECT, HANDSHAKE, KEEP_ALIVE, READ, WRITE, UNSENT, LINKS, NO_DELAY, NATIVE);
    static final List<Setting<?>> WEB =
            List.of(HTTP_CONNECTIONS, HTTP_HEADER, HTTP_BODY, HTTP_ANSWER, HTTP_IDLE, HTTP_HOSTS);
    static final List<Setting<?>> DISK = List.of(LOG_SIZE, FREE);

    private LinkSettings() {}

    static Setting<Path> data(String example) {
        return Setting.required("data", Forms.directory(), example, "Its own directory, made if missing.");
    }

    static Setting<Address> advertise(String example) {
        return Setting.optional(
                "advertise",
                Forms.address(),
                example,
                "What others are told to reach it by, if that is not listen; needed with listen = \"0.0.0.0:...\".");
    }

    /** The common part of a server, from its own four settings and those of this class. */
    static ServerSettings server(
            Settings from,
            Setting<Path> data,
            Setting<Address> listen,
            Setting<Address> http,
            Setting<Address> advertise,
            LogOptions log) {
        return new ServerSettings(
                from.get(data),
                from.get(listen),
                from.get(http),
                from.find(advertise),
                log,
                wire(from),
                http(from),
                from.shown());
    }

    private static WireOptions wire(Settings settings) {
        Duration keepAlive = settings.get(KEEP_ALIVE);
        for (Setting<Duration> atLeastTwice : List.of(READ, WRITE)) {
            if (settings.get(atLeastTwice).compareTo(keepAlive.multipliedBy(2)) < 0) {
                throw settings.wrong(
                        atLeastTwice, "must be at least twice keep-alive (" + settings.text(KEEP_ALIVE) + ")");
            }
        }
        return WIRE.withConnectTimeout(settings.get(CONNECT))
                .withHandshakeDeadline(settings.get(HANDSHAKE))
                .withKeepAlive(keepAlive, settings.get(READ))
                .withStallMax(settings.get(WRITE))
                .withUnsentBytesMax(settings.get(UNSENT))
                .withAcceptedLinksMax(settings.get(LINKS))
                .withNoDelay(settings.get(NO_DELAY))
                .withNative(settings.get(NATIVE));
    }

    private static HttpOptions http(Settings settings) {
        return HTTP.withDeadlines(
                        settings.get(HTTP_HEADER),
                        settings.get(HTTP_BODY),
                        settings.get(HTTP_ANSWER),
                        settings.get(HTTP_IDLE))
                .withBounds(HTTP.bodyBytesMax(), HTTP.bodiesBytesMax(), settings.get(HTTP_CONNECTIONS))
                .withHostsAllowed(settings.get(HTTP_HOSTS));
    }

    static LogOptions log(Settings settings) {
        return LOG.withDiskBytesMax(settings.get(LOG_SIZE)).withFreeBytesFloor(settings.get(FREE));
    }
}
