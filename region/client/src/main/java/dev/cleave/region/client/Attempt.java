package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvCommand.Change;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvRequest;
import dev.cleave.region.protocol.Region;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One request of a task to one store: leaves by itself, or together with others in a {@link Gathered} one. */
@OwnedBy("client loop")
final class Attempt implements Connection.Exchange<KvReply> {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Who has the attempt before it is answered: a connection, or others that it travels with. */
    interface Carrier {
        /** Nobody waits for {@code attempt} any more. */
        void forget(Attempt attempt);
    }

    final Route route;
    final long store;
    final KvCommand command;
    private final RegionTask task;
    private final long requestId;
    private @Nullable Carrier carrier;
    private boolean wasInCompany;

    Attempt(RegionTask task, long requestId, Route route, long store, KvCommand command) {
        this.task = task;
        this.requestId = requestId;
        this.route = route;
        this.store = store;
        this.command = command;
    }

    /** Whether others may take it along in their request. What is judged, lives for a time, or is a batch already goes by itself. */
    boolean mayGather() {
        boolean isPlain = command instanceof KvCommand.Get
                || command instanceof KvCommand.Delete
                || (command instanceof KvCommand.Put put && put.ttlMillis() == 0);
        return isPlain && task.mayGather();
    }

    /** What it asks for, as one of many. */
    Key key() {
        if (command instanceof KvCommand.Get get) {
            return get.key();
        }
        throw new IllegalStateException("not to be gathered: " + command);
    }

    /** What it wants changed, as one of many. */
    Change change() {
        if (command instanceof KvCommand.Put put) {
            return new Change(put.key(), put.value());
        }
        if (command instanceof KvCommand.Delete delete) {
            return new Change(delete.key(), null);
        }
        throw new IllegalStateException("not to be gathered: " + command);
    }

    int bytes() {
        return task.operation.spec.requestBytes();
    }

    void sendAlone(Connection<KvReply> connection) {
        carrier = connection::forget;
        connection.send(this);
    }

    void carriedBy(Carrier next) {
        carrier = next;
    }

    /** Its request leaves now, with others in it or not. */
    void leavesIn(boolean company) {
        wasInCompany = company;
    }

    boolean wasInCompany() {
        return wasInCompany;
    }

    /** Whether its task still waits for it. */
    boolean isWanted() {
        return task.isUnderWay(this);
    }

    /** Its task has turned away. */
    void forget() {
        Carrier with = carrier;
        if (with != null) {
            with.forget(this);
        }
    }

    /** The request on its own, or with {@code together} in place of its command. */
    static ByteBuffer frame(long requestId, Route route, long remainingNanos, KvCommand together) {
        long millis = Math.max(1, (remainingNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        Region region = route.region();
        return KvCodec.encodeRequest(new KvRequest(
                requestId, region.id(), region.epoch(), (int) Math.min(Integer.MAX_VALUE, millis), together));
    }

    long remainingNanos() {
        return task.remainingNanos();
    }

    @Override
    public long requestId() {
        return requestId;
    }

    @Override
    public ByteBuffer frame() {
        return frame(requestId, route, remainingNanos(), command);
    }

    @Override
    public void onSent() {
        task.onSent(this);
    }

    @Override
    public void onReply(KvReply reply) {
        task.onReply(this, reply);
    }

    /** An answer to what it left with, that holds nothing of it. */
    void onLeftOut() {
        task.onLeftOut(this);
    }

    @Override
    public void onNotSent(String reason, boolean isReachable) {
        task.onNotSent(this, reason, isReachable);
    }

    @Override
    public void onLost(String reason) {
        task.onLost(this, reason);
    }
}
