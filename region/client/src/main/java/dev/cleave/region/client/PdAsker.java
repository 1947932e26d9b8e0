package dev.cleave.region.client;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Asks the placement driver's members: one after the other until one answers or the deadline passes. Learns the other members and
 * the leader from whoever answers.
 */
@OwnedBy("client loop")
final class PdAsker {
    /** How a question ends. Called on the loop. */
    interface Outcome {
        /** Any answer, a refusal too. */
        void onReply(PdReply reply);

        /** No member answered in time; a change may have been accepted if the failure says undetermined. */
        void onFailure(Failure failure);
    }

    static final int QUESTIONS_MAX = 10_000;

    final Rim rim;
    final ClientConfig config;
    final PdMembers members;
    private final Set<PdQuestion> open = new LinkedHashSet<>();
    private long lastRequestId;
    private boolean isDiscovering;
    private boolean hasDiscovered;
    private boolean isClosed;

    PdAsker(Rim rim, ClientConfig config, Counters counters, ClusterIdentity cluster) {
        this.rim = rim;
        this.config = config;
        this.members = new PdMembers(rim, config, counters, cluster);
    }

    void ask(PdRequest request, long deadlineNanos, Outcome outcome) {
        PdQuestion question = new PdQuestion(this, request, deadlineNanos, outcome);
        if (isClosed) {
            question.refuse(NotAppliedException.Reason.CLOSED, "the client is closed");
        } else if (open.size() >= QUESTIONS_MAX) {
            question.refuse(NotAppliedException.Reason.BUSY, QUESTIONS_MAX + " questions are in flight already");
        } else {
            open.add(question);
            question.tryNow();
        }
    }

    void close() {
        isClosed = true;
        new ArrayList<>(open).forEach(question -> question.abort("the client was closed"));
        members.closeAll("the client was closed");
    }

    long nextRequestId() {
        return ++lastRequestId;
    }

    void settled(PdQuestion question) {
        open.remove(question);
    }

    /** A member has answered {@code question}. */
    void heard(PdReply reply) {
        if (reply instanceof PdReply.Status status) {
            members.learn(status);
        } else if (!hasDiscovered) {
            hasDiscovered = true;
            discover();
        }
    }

    /** A member cannot help now: it may know who can. */
    void discover() {
        if (isDiscovering || isClosed || members.size() == 0) {
            return;
        }
        isDiscovering = true;
        long deadlineNanos = rim.clock().nanos() + config.attemptTimeout().toNanos();
        ask(new PdRequest.GetStatus(), deadlineNanos, new Outcome() {
            @Override
            public void onReply(PdReply reply) {
                isDiscovering = false;
            }

            @Override
            public void onFailure(Failure failure) {
                isDiscovering = false;
            }
        });
    }
}
