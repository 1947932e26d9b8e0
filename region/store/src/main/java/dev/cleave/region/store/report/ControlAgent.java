package dev.cleave.region.store.report;

import dev.cleave.engine.agents.Agent;
import dev.cleave.engine.agents.Inbox;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.PlacementStub;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Region;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks with the placement driver: registers at each connection before anything else, reports, carries out orders, asks what others want to know. What
 * cannot be asked now is dropped: whoever wanted it notices and asks again.
 */
@OwnedBy("control agent")
public final class ControlAgent implements Agent, PlacementStub.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(ControlAgent.class);
    private static final int REQUESTS_MAX = 4_096;
    private static final long RETRY_NANOS = 500_000_000L;

    private final PlacementStub stub;
    private final NodeEvents node;
    private final ReportOptions options;
    private final Inbox<Request> inbox = new Inbox<>(REQUESTS_MAX);
    private @Nullable StoreReports reports;
    private @Nullable Leaving leaving;
    private boolean isRegistered;
    private volatile boolean hasPlacement;
    private boolean isRejected;
    private boolean isRegistering;
    private boolean mustRegisterNow;
    private long registerNanos;
    private long leaveAgainNanos;
    private long turnNanos;

    @FunctionalInterface
    private interface Request {
        void run(long nowNanos);
    }

    /** A wish to stop without leaving groups leaderless. */
    private record Leaving(long deadlineNanos, CompletableFuture<Boolean> done) {}

    /**
     * @param stub makes the stub, given its listener and what wakes this agent
     */
    public ControlAgent(Function<ControlAgent, PlacementStub> stub, NodeEvents node, ReportOptions options) {
        this.node = node;
        this.options = options;
        this.stub = stub.apply(this);
    }

    public Inbox<?> inbox() {
        return inbox;
    }

    public void wake() {
        inbox.wake();
    }

    /** The store runs: it has something to report from now on. Called on the control agent, or before it starts. */
    public void reports(StoreReports storeReports) {
        reports = storeReports;
        storeReports.changed().wakes(inbox::wake);
    }

    /** Whether the placement driver is there, as far as is known. Any thread. */
    public boolean hasPlacement() {
        return hasPlacement;
    }

    /** A region here is too large or asked too often: get ids and divide it at {@code keys}. Any thread. */
    public void divide(Region region, List<Key> keys) {
        inbox.offer(now -> {
            if (isRegistered) {
                stub.ask(
                        new ToPlacement.AskSplit(region, keys.size()),
                        options.answerNanos(),
                        answer -> divide(region, keys, answer),
                        () -> LOG.debug("event=ask-split-failed region={}", region.id()));
            }
        });
    }

    private void divide(Region region, List<Key> keys, FromPlacement answer) {
        StoreReports running = reports;
        if (answer instanceof FromPlacement.SplitIds ids && running != null) {
            running.commands().split(region, keys, ids.pieces());
        } else if (answer instanceof FromPlacement.Rejected rejected) {
            LOG.info("event=split-denied region={} reason=\"{}\"", region.id(), rejected.message());
        }
    }

    /** A digest is ready that the placement driver waits for. Any thread. */
    public void digested(ToPlacement.Digested digest) {
        inbox.offer(now -> {
            if (isRegistered) {
                stub.tell(digest);
            }
        });
    }

    /** A replica here has long heard of no leader: is it still a member? Any thread. */
    public void lonely(long region, long replicaId, Epoch epoch) {
        inbox.offer(now -> {
            StoreReports running = reports;
            if (isRegistered && running != null) {
                stub.ask(
                        new ToPlacement.CheckPeer(region, replicaId, epoch),
                        options.answerNanos(),
                        answer -> running.verdicts().take(answer, epoch),
                        () -> LOG.debug("event=check-peer-failed region={}", region));
            }
        });
    }

    /**
     * Moves all leaders away, then lets no request in, and waits until those under way are answered; completed with whether all that was
     * done, at the deadline at the latest. Any thread.
     */
    public CompletableFuture<Boolean> leave(long deadlineNanos) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        boolean isTaken = inbox.offer(now -> {
            StoreReports running = reports;
            if (running == null) {
                done.complete(true);
                return;
            }
            leaving = new Leaving(deadlineNanos, done);
            leaveAgainNanos = now;
            stub.tell(new ToPlacement.Leaving(running.storeId()));
        });
        if (!isTaken) {
            done.complete(false);
        }
        return done;
    }

    @Override
    public String role() {
        return "control";
    }

    @Override
    public int doWork(long nowNanos) {
        turnNanos = nowNanos;
        int work = inbox.drain(request -> request.run(nowNanos), REQUESTS_MAX);
        work += stub.doWork(nowNanos);
        boolean mayRegister = stub.isConnected() && !isRegistered && !isRejected && !isRegistering;
        if (mayRegister && (mustRegisterNow || nowNanos - registerNanos >= 0)) {
            register(nowNanos);
            work++;
        }
        StoreReports running = reports;
        if (isRegistered && running != null) {
            work += running.doWork(stub, nowNanos);
        }
        return work + watchLeaving(nowNanos);
    }

    private int watchLeaving(long nowNanos) {
        Leaving now = leaving;
        if (now == null) {
            return 0;
        }
        boolean hasLeaders = node.hasMovableLeaders();
        if (!hasLeaders) {
            node.stopAdmitting();
        }
        boolean isDone = !hasLeaders && !node.hasRequestsInFlight();
        if (isDone || nowNanos - now.deadlineNanos() >= 0) {
            leaving = null;
            now.done().complete(isDone);
            return 1;
        }
        if (hasLeaders && nowNanos - leaveAgainNanos >= 0) {
            leaveAgainNanos = nowNanos + RETRY_NANOS;
            node.moveLeadersAway();
        }
        return 0;
    }

    private void register(long nowNanos) {
        registerNanos = nowNanos + RETRY_NANOS;
        mustRegisterNow = false;
        isRegistering = true;
        stub.ask(node.greeting(), options.answerNanos(), this::registrationAnswered, () -> isRegistering = false);
    }

    private void registrationAnswered(FromPlacement answer) {
        isRegistering = false;
        if (answer instanceof FromPlacement.Registered registered) {
            node.registered(registered);
            isRegistered = true;
            hasPlacement = true;
            StoreReports running = reports;
            if (running != null) {
                running.tellAll();
            }
        } else if (answer instanceof FromPlacement.Rejected rejected) {
            isRejected = true;
            node.rejected(rejected.message());
        } else {
            LOG.warn("event=registration-unclear answer={}", answer);
        }
    }

    @Override
    public void connected() {
        isRegistered = false;
        isRegistering = false;
        mustRegisterNow = true;
    }

    @Override
    public void disconnected(String reason) {
        isRegistered = false;
        hasPlacement = false;
        isRegistering = false;
    }

    @Override
    public void pushed(FromPlacement record) {
        StoreReports running = reports;
        if (running == null) {
            return;
        }
        if (record instanceof FromPlacement.Command command) {
            running.commands()
                    .carryOut(command)
                    .ifPresent(why ->
                            stub.tell(new ToPlacement.CommandRefused(command.operatorId(), command.regionId(), why)));
        } else if (record instanceof FromPlacement.StoreMap map) {
            running.stores().take(map);
        } else if (record instanceof FromPlacement.PeerVerdict verdict) {
            running.verdicts().take(verdict, Epoch.NONE);
        } else if (record instanceof FromPlacement.PutAside order) {
            running.verdicts().putAside(order);
        } else if (record instanceof FromPlacement.TellRegions) {
            running.tellRegions();
        } else if (record instanceof FromPlacement.TellReplicas ask) {
            running.recoveries().tell(ask.askId(), stub);
        } else if (record instanceof FromPlacement.Recover order) {
            running.recoveries().carryOut(order);
        } else if (record instanceof FromPlacement.Rejected rejected) {
            isRejected = true;
            node.rejected(rejected.message());
        }
    }

    @Override
    public long nextDeadlineNanos() {
        long next = stub.nextDeadlineNanos();
        StoreReports running = reports;
        if (isRegistered && running != null) {
            next = Math.min(next, running.nextDeadlineNanos());
        } else if (stub.isConnected() && !isRejected && !isRegistering) {
            next = Math.min(next, registerNanos);
        }
        return leaving == null ? next : Math.min(next, turnNanos + RETRY_NANOS / 10);
    }

    @Override
    public void onClose() {
        stub.close();
        Leaving now = leaving;
        if (now != null) {
            now.done().complete(false);
        }
    }
}
