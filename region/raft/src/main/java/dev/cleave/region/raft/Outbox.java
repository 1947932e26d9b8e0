package dev.cleave.region.raft;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Messages made between two collects: answers and campaigns (what a leader sends is made while collecting). Bounded; beyond
 * the bound messages are dropped, which Raft takes as loss on the way.
 */
final class Outbox {
    static final int MESSAGES_MAX = 1024;
    private static final int MESSAGES_KEPT = 32;

    private RaftMessage[] messages = {};
    private boolean[] isPromise = {};
    private int count;
    /** Takes what finds no room. */
    private @Nullable RaftMessage dropped;

    /** A message that promises nothing. */
    RaftMessage now(RaftMessage.Type type, long from, long to, long term) {
        return add(false, type, from, to, term);
    }

    /** A message that leaves once all that was collected up to then is durable. */
    RaftMessage afterSync(RaftMessage.Type type, long from, long to, long term) {
        return add(true, type, from, to, term);
    }

    private RaftMessage add(boolean promise, RaftMessage.Type type, long from, long to, long term) {
        RaftMessage message;
        if (count < MESSAGES_MAX) {
            if (count == messages.length) {
                messages = Arrays.copyOf(messages, Math.max(4, count * 2));
                isPromise = Arrays.copyOf(isPromise, messages.length);
            }
            if (messages[count] == null) {
                messages[count] = new RaftMessage();
            }
            isPromise[count] = promise;
            message = messages[count++];
        } else {
            message = dropped == null ? new RaftMessage() : dropped;
            dropped = message;
        }
        message.clear();
        message.type = type;
        message.from = from;
        message.to = to;
        message.term = term;
        return message;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Lets go of spare carriers; those that wait to be collected stay. */
    void trim() {
        if (messages.length > count) {
            messages = Arrays.copyOf(messages, count);
            isPromise = Arrays.copyOf(isPromise, count);
        }
    }

    void drainTo(Ready out) {
        for (int i = 0; i < count; i++) {
            (isPromise[i] ? out.addAfterSync() : out.addNow()).copyFrom(messages[i]);
        }
        count = 0;
        if (messages.length > MESSAGES_KEPT) {
            messages = Arrays.copyOf(messages, MESSAGES_KEPT);
        }
    }
}
