package dev.cleave.region.control;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Questions without an answer yet, by call number and by deadline. */
final class OpenAsks {
    private final int openMax;
    private final Map<Long, Ask> byCall = new LinkedHashMap<>();
    private final TreeSet<Ask> byDeadline =
            new TreeSet<>(Comparator.comparingLong(Ask::deadlineNanos).thenComparingLong(Ask::call));
    private long lastCall;

    OpenAsks(int openMax) {
        this.openMax = openMax;
    }

    boolean isFull() {
        return byCall.size() >= openMax;
    }

    /**
     * Returns the call number.
     *
     * @param isSent whether it is on its way, so that silence says something about the other end
     */
    long open(long nowNanos, long timeoutNanos, boolean isSent, Consumer<FromPlacement> answer, Runnable failed) {
        Ask ask = new Ask(++lastCall, nowNanos, nowNanos + timeoutNanos, isSent, answer, failed);
        byCall.put(ask.call, ask);
        byDeadline.add(ask);
        return ask.call;
    }

    /** Forgets a question that could not be sent. */
    void cancel(long call) {
        Ask ask = byCall.remove(call);
        if (ask != null) {
            byDeadline.remove(ask);
        }
    }

    void answer(long call, FromPlacement record) {
        Ask ask = byCall.remove(call);
        if (ask != null) {
            byDeadline.remove(ask);
            ask.answer.accept(record);
        }
    }

    /** Fails what is overdue, after telling {@code onTimeout} when each was asked. */
    int expire(long nowNanos, LongConsumer onTimeout) {
        int count = 0;
        while (!byDeadline.isEmpty() && byDeadline.first().deadlineNanos - nowNanos <= 0) {
            Ask ask = byDeadline.first();
            byDeadline.remove(ask);
            byCall.remove(ask.call);
            if (ask.isSent) {
                onTimeout.accept(ask.askedNanos);
            }
            ask.failed.run();
            count++;
        }
        return count;
    }

    void failAll() {
        List<Ask> open = new ArrayList<>(byCall.values());
        byCall.clear();
        byDeadline.clear();
        open.forEach(ask -> ask.failed.run());
    }

    long nextDeadlineNanos() {
        return byDeadline.isEmpty() ? Long.MAX_VALUE : byDeadline.first().deadlineNanos;
    }

    private record Ask(
            long call,
            long askedNanos,
            long deadlineNanos,
            boolean isSent,
            Consumer<FromPlacement> answer,
            Runnable failed) {}
}
