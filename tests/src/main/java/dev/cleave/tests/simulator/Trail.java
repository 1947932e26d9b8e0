package dev.cleave.tests.simulator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/**
 * What one run has told of itself: the last few hundred lines of the nemesis and of the code under test with their virtual time, and how often each
 * event of the code was told. Sees only what its own thread logs. It never influences the run.
 */
final class Trail extends UnsynchronizedAppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final int LINES = 400;
    private static final String EVENT = "event=";

    private final World world;
    private final Thread owner = Thread.currentThread();
    private final Deque<Line> lines = new ArrayDeque<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final Logger logger;

    private record Line(long nanos, String event, String what) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%10.3f ms  [%s] %s", nanos / 1e6, event, what);
        }
    }

    private Trail(World world, Logger logger) {
        this.world = world;
        this.logger = logger;
    }

    static Trail of(World world) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger logger = context.getLogger("dev.cleave");
        if (System.getProperty("logback.configurationFile") == null) {
            // Nobody asked for logs: they go to trails only.
            context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
            logger.setLevel(Level.INFO);
            logger.setAdditive(false);
        }
        Trail trail = new Trail(world, logger);
        trail.setContext(context);
        trail.start();
        logger.addAppender(trail);
        return trail;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (!owner.equals(Thread.currentThread())) {
            return;
        }
        String message = event.getMessage();
        if (message.startsWith(EVENT)) {
            int end = message.indexOf(' ');
            counts.merge(message.substring(EVENT.length(), end < 0 ? message.length() : end), 1L, Long::sum);
        }
        note(event.getFormattedMessage());
    }

    void note(String what) {
        lines.addLast(new Line(world.nanos(), world.current(), what));
        if (lines.size() > LINES) {
            lines.removeFirst();
        }
    }

    List<String> lines() {
        return lines.stream().map(Line::toString).toList();
    }

    /** How often each event was told, by the name in its line. */
    Map<String, Long> counts() {
        return counts;
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        stop();
    }
}
