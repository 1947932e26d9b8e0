package dev.cleave.region.client;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.client.NotAppliedException.Reason;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.protocol.Region;
import org.jspecify.annotations.Nullable;

/**
 * One region's part of a call, from finding the region to its answer. At most one request of it is on its way. The rules of sending
 * again: a read may always be; a write only after an answer that proves that it was not applied, or if it never left. A write that
 * was sent and got no answer waits for its deadline, or the end of its link, and is then undetermined.
 */
@OwnedBy("client loop")
abstract class RegionTask implements RouteFinder.Waiter {
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Attempts without a pause between them: enough to follow a hint and a change of range. */
    private static final int HOPS_MAX = 4;

    /** Where the task stands. */
    private enum State {
        /** Not begun. */
        NEW,
        /** No request is on its way; the route is being looked for. */
        ROUTING,
        /** Waits for a link to take the request. */
        SENDING,
        /** Sent. */
        AWAITING,
        /** Waits before it tries again. */
        PAUSED,
        /** Its operation has been told. */
        SETTLED
    }

    final Operation<?> operation;
    private final ClientCore core;
    private final Backoff backoff;
    private final StoreChoice choice;
    private final OneTimer timer;
    private State state = State.NEW;
    private @Nullable Attempt current;
    private @Nullable RetryReason lastRetry;
    private String lastTrouble = "";
    private boolean mayHaveBeenApplied;
    private boolean goesAlone;
    private int attempts;
    private int hops;
    private long lastRegion;
    private long lastStore;

    RegionTask(Operation<?> operation) {
        this.operation = operation;
        this.core = operation.core;
        this.backoff = core.newBackoff();
        this.choice = new StoreChoice(core.routes());
        this.timer = new OneTimer(core.rim().timers(), this::onTimer);
    }

    /** A key that lies in the wanted region. */
    abstract Key position();

    /** What to ask of {@code region}, which holds {@link #position}; what it does not hold becomes another task. */
    abstract KvCommand commandFor(Region region);

    /** Takes the answer; false if it is not one to the command. */
    abstract boolean accept(Region region, KvCommand command, KvResult result);

    /** Finds the route and sends. */
    void start() {
        if (remainingNanos() <= 0) {
            settleAtDeadline();
            return;
        }
        Route route = core.routes().find(position());
        if (route != null) {
            core.counters().routeHits.increment();
            dispatch(route);
            return;
        }
        core.counters().routeMisses.increment();
        become(State.ROUTING);
        timer.arm(remainingNanos());
        core.finder().find(position(), this);
    }

    @Override
    public void onRoute() {
        if (state == State.ROUTING) {
            start();
        }
    }

    @Override
    public void onTrouble(String why) {
        lastTrouble = why;
        lastRetry = RetryReason.NOT_SENT;
    }

    /** Ends the task unless it was sent and may have an effect; {@code isForced}: even then. */
    void abort(Failure why, boolean isForced) {
        boolean mayTakeEffect = state == State.AWAITING && operation.spec.isWrite();
        if (state == State.SETTLED || (mayTakeEffect && !isForced)) {
            return;
        }
        if (mayTakeEffect || mayHaveBeenApplied) {
            fail(Failure.Kind.UNDETERMINED, why.reason(), why.message());
        } else {
            fail(why.kind(), why.reason(), why.message());
        }
    }

    // ---- sending

    private void dispatch(Route route) {
        KvCommand command = commandFor(route.region());
        long store = choice.choose(route);
        Connection<KvReply> connection = store == 0 ? null : core.stores().to(store);
        lastRegion = route.region().id();
        if (connection == null) {
            core.finder().refresh(position());
            if (lastTrouble.isEmpty()) {
                lastTrouble = "no store of " + route.region() + " has a known address";
            }
            pause(RetryReason.NOT_SENT, 0);
            return;
        }
        lastStore = store;
        attempts++;
        Attempt attempt = new Attempt(this, core.nextRequestId(), route, store, command);
        become(State.SENDING);
        current = attempt;
        timer.arm(Math.min(remainingNanos(), core.config().attemptTimeout().toNanos()));
        core.gatherers().send(attempt, connection);
    }

    /** The link has taken the request. */
    void onSent(Attempt attempt) {
        if (current == attempt) {
            state = State.AWAITING;
            if (operation.spec.isWrite()) {
                timer.arm(remainingNanos());
            }
        }
    }

    /** Nothing has left. {@code isReachable}: the link is there but takes no more now. */
    void onNotSent(Attempt attempt, String reason, boolean isReachable) {
        if (current != attempt) {
            return;
        }
        if (isReachable) {
            current = null;
            lastTrouble = "store " + attempt.store + ": " + reason;
            pause(RetryReason.BUSY, 0);
        } else {
            onUnreachable(attempt, RetryReason.NOT_SENT, reason);
        }
    }

    /** Whether {@code attempt} is the one under way; any other has been given up. */
    boolean isUnderWay(Attempt attempt) {
        return current == attempt;
    }

    /** Whether what it asks may share a request with what others ask. */
    boolean mayGather() {
        return !goesAlone;
    }

    long remainingNanos() {
        return operation.spec.deadlineNanos() - core.rim().clock().nanos();
    }

    // ---- answers

    void onReply(Attempt attempt, KvReply reply) {
        if (current != attempt) {
            return;
        }
        current = null;
        become(State.ROUTING);
        KvError error = reply.error();
        KvResult result = reply.result();
        if (error != null) {
            onError(attempt, error);
            return;
        }
        core.routes().setLeader(attempt.route.region().id(), attempt.store);
        if (result != null && accept(attempt.route.region(), attempt.command, result)) {
            become(State.SETTLED);
            operation.onTaskDone(this);
            return;
        }
        String nonsense = "store " + attempt.store + " sent an answer that does not belong to the request";
        fail(
                operation.spec.isWrite() ? Failure.Kind.UNDETERMINED : Failure.Kind.NOT_APPLIED,
                Reason.UNAVAILABLE,
                nonsense);
    }

    /** The answer to the request in which it left with others is full without it. Its next has room. */
    void onLeftOut(Attempt attempt) {
        if (current == attempt) {
            current = null;
            become(State.ROUTING);
            goesAlone = true;
            start();
        }
    }

    private void onError(Attempt attempt, KvError error) {
        lastTrouble = "store " + attempt.store + " answered " + error.kind() + ": " + error.message();
        switch (error.kind()) {
            case NOT_LEADER -> onNotLeader(attempt, error);
            case STALE_EPOCH, REGION_NOT_FOUND, KEY_NOT_IN_REGION -> onStaleRoute(attempt, error);
            case BUSY -> {
                leaveCompany(attempt);
                pause(RetryReason.BUSY, error.backoffMillis() * NANOS_PER_MILLI);
            }
            case TIMED_OUT -> pause(RetryReason.NO_ANSWER, error.backoffMillis() * NANOS_PER_MILLI);
            case UNDETERMINED -> onUnknown(attempt, lastTrouble);
            case DISK_FULL -> {
                if (leaveCompany(attempt)) {
                    hop(RetryReason.BUSY);
                } else {
                    failNotApplied(Failure.Kind.NOT_APPLIED, Reason.DISK_FULL, error.message());
                }
            }
            case INVALID -> failNotApplied(Failure.Kind.INVALID, Reason.UNAVAILABLE, error.message());
        }
    }

    /** Stores take deletes where they refuse puts: a delete that was refused together with others is asked again by itself. Whether it was so. */
    private boolean leaveCompany(Attempt attempt) {
        boolean leaves = attempt.wasInCompany() && attempt.command instanceof KvCommand.Delete;
        goesAlone |= leaves;
        return leaves;
    }

    private void onNotLeader(Attempt attempt, KvError error) {
        long regionId = attempt.route.region().id();
        core.routes().forgetLeader(regionId, attempt.store);
        core.routes().learn(attempt.route.region(), attempt.store, error);
        choice.avoid(attempt.store);
        boolean isHint = error.leaderStore() != 0 && error.leaderStore() != attempt.store;
        Route known = core.routes().find(position());
        if (!isHint || known == null || known.leaderStore() != error.leaderStore()) {
            core.finder().refresh(position());
        }
        if (isHint && choice.forgive(error.leaderStore())) {
            pause(RetryReason.NOT_LEADER, 0);
        } else {
            hop(RetryReason.NOT_LEADER);
        }
    }

    private void onStaleRoute(Attempt attempt, KvError error) {
        core.routes().learn(attempt.route.region(), attempt.store, error);
        Route known = core.routes().find(position());
        boolean isNew = known != null && !isSame(known.region(), attempt.route.region());
        if (isNew) {
            choice.forgiveAll();
            hop(RetryReason.STALE_ROUTE);
            return;
        }
        choice.avoid(attempt.store);
        core.routes().forgetLeader(attempt.route.region().id(), attempt.store);
        if (error.kind() == KvError.Kind.KEY_NOT_IN_REGION) {
            core.routes().drop(attempt.route.region());
        }
        core.finder().refresh(position());
        pause(RetryReason.STALE_ROUTE, 0);
    }

    private static boolean isSame(Region one, Region other) {
        return one.id() == other.id() && one.epoch().equals(other.epoch());
    }

    /** Sent, and the link was lost before an answer. */
    void onLost(Attempt attempt, String reason) {
        if (current != attempt) {
            return;
        }
        current = null;
        become(State.ROUTING);
        lastTrouble = "the link to store " + attempt.store + " was lost after sending: " + reason;
        choice.avoid(attempt.store);
        core.routes().forgetLeader(attempt.route.region().id(), attempt.store);
        core.finder().refresh(position());
        onUnknown(attempt, lastTrouble);
    }

    /** The outcome at that store cannot be known. */
    private void onUnknown(Attempt attempt, String why) {
        if (!operation.spec.isWrite()) {
            hop(RetryReason.LOST);
        } else if (core.config().retryUndetermined() && isRepeatable(attempt.command)) {
            mayHaveBeenApplied = true;
            pause(RetryReason.LOST, 0);
        } else {
            fail(Failure.Kind.UNDETERMINED, Reason.UNAVAILABLE, why);
        }
    }

    /** Whether doing it twice ends as doing it once does, if nobody else writes meanwhile. */
    private static boolean isRepeatable(KvCommand command) {
        return !(command instanceof KvCommand.CompareAndSet);
    }

    /** That store cannot be asked now: turn to another one. */
    private void onUnreachable(Attempt attempt, RetryReason reason, String why) {
        current = null;
        become(State.ROUTING);
        lastTrouble = "store " + attempt.store + ": " + why;
        choice.avoid(attempt.store);
        core.routes().forgetLeader(attempt.route.region().id(), attempt.store);
        core.finder().refresh(position());
        hop(reason);
    }

    // ---- trying again

    private void hop(RetryReason reason) {
        if (hops >= HOPS_MAX) {
            pause(reason, 0);
            return;
        }
        hops++;
        lastRetry = reason;
        core.counters().countRetry(reason);
        start();
    }

    private void pause(RetryReason reason, long nanosMin) {
        hops = 0;
        lastRetry = reason;
        core.counters().countRetry(reason);
        become(State.PAUSED);
        timer.arm(Math.min(Math.max(0, remainingNanos()), Math.max(nanosMin, backoff.nextNanos())));
    }

    private void onTimer() {
        Attempt waited = current;
        boolean isSentWrite = state == State.AWAITING && operation.spec.isWrite();
        if (isSentWrite || remainingNanos() <= 0) {
            settleAtDeadline();
        } else if (state == State.PAUSED) {
            start();
        } else if (waited != null) {
            waited.forget();
            boolean wasSent = state == State.AWAITING;
            String why = (wasSent ? "no answer within " : "not sent within ")
                    + core.config().attemptTimeout().toMillis() + " ms";
            onUnreachable(waited, wasSent ? RetryReason.NO_ANSWER : RetryReason.NOT_SENT, why);
        }
    }

    // ---- ending

    private void settleAtDeadline() {
        String trouble = lastTrouble.isEmpty() ? "" : ": " + lastTrouble;
        if (state == State.AWAITING && operation.spec.isWrite()) {
            fail(Failure.Kind.UNDETERMINED, Reason.DEADLINE, "sent, but not answered before the deadline" + trouble);
        } else {
            failNotApplied(Failure.Kind.NOT_APPLIED, reasonAtDeadline(), "the deadline passed" + trouble);
        }
    }

    private Reason reasonAtDeadline() {
        RetryReason last = lastRetry;
        if (last == null) {
            return Reason.DEADLINE;
        }
        return last == RetryReason.BUSY ? Reason.BUSY : Reason.UNAVAILABLE;
    }

    private void failNotApplied(Failure.Kind kind, Reason reason, String message) {
        fail(
                mayHaveBeenApplied ? Failure.Kind.UNDETERMINED : kind,
                reason,
                mayHaveBeenApplied
                        ? "an earlier attempt may have been applied; the last one was not: " + message
                        : message);
    }

    private void fail(Failure.Kind kind, Reason reason, String message) {
        Attempt waited = current;
        current = null;
        become(State.SETTLED);
        if (waited != null) {
            waited.forget();
        }
        core.finder().forget(this);
        operation.onTaskFailed(
                this, new Failure(kind, reason, operation.spec.what(), message, lastRegion, lastStore, attempts));
    }

    private void become(State next) {
        Invariant.check(state != State.SETTLED, "a settled task does nothing more");
        timer.cancel();
        state = next;
    }
}
