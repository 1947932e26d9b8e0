package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.Clock;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvError.Kind;
import dev.cleave.region.protocol.KvOp;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.replica.LeaseView;
import dev.cleave.region.replica.ReplicaHost;
import dev.cleave.region.store.expiry.ExpiryClock;
import dev.cleave.region.store.split.Load;
import dev.cleave.region.store.split.Loads;
import dev.cleave.region.store.split.Sizes;
import dev.cleave.region.store.state.EpochRules;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.PublishedRegions;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where client requests come in, on the network's thread. Refuses what can be refused before it costs anything; the rest becomes a proposal or
 * a read. What is refused here was certainly not applied. A get, a small batch of them or a small scan that a lease covers is answered right here if memory holds the answer.
 */
@AnyThread
public final class RequestGate {
    private static final Logger LOG = LoggerFactory.getLogger(RequestGate.class);

    private final PublishedRegions published;
    private final Roles roles;
    private final Refusals refusals;
    private final Watched watched;
    private final Admission admission;
    private final ReadAgents readers;
    private final LeasedReads leased;
    private final ExpiryClock expiry;
    private final Clock clock;
    private final Answers answers;
    private final Supplier<@Nullable ReplicaHost> host;

    /** What is known of how large regions are, and what is to be known of how often they are asked. */
    public record Watched(Sizes sizes, Loads loads) {}

    public RequestGate(
            PublishedRegions published,
            Roles roles,
            Refusals refusals,
            Watched watched,
            Admission admission,
            ReadAgents readers,
            LeasedReads leased,
            ExpiryClock expiry,
            Clock clock,
            Supplier<@Nullable ReplicaHost> host) {
        this.published = published;
        this.roles = roles;
        this.refusals = refusals;
        this.watched = watched;
        this.admission = admission;
        this.readers = readers;
        this.leased = leased;
        this.expiry = expiry;
        this.clock = clock;
        this.answers = new Answers(clock);
        this.host = host;
    }

    /** How long requests took and how much they moved. */
    public RequestCounts counts() {
        return answers.counts();
    }

    /** Takes in one KV_REQUEST frame, which now belongs to the store. */
    public void admit(Link link, ByteBuffer frame) {
        try {
            KvCodec.checkRequest(frame);
        } catch (MalformedFrame malformed) {
            LOG.warn("event=malformed-request from={} reason={}", link.remote(), malformed.getMessage());
            link.close();
            return;
        }
        long arrivedNanos = clock.nanos();
        int bytes = frame.remaining();
        KvOp op = KvOp.of(KvCodec.op(frame));
        long requestId = KvCodec.requestId(frame);
        long region = KvCodec.regionId(frame);
        Asked asked;
        try {
            asked = Asked.of(frame);
        } catch (MalformedFrame malformed) {
            KvError wrong = KvError.of(Kind.INVALID, String.valueOf(malformed.getMessage()));
            answers.send(link, KvReply.refused(requestId, wrong), op, bytes, arrivedNanos);
            return;
        }
        ReplicaHost replicas = host.get();
        int deadlineMillis = KvCodec.deadlineMillis(frame);
        // The lease is taken first: what is checked from here on is checked under it.
        LeaseView lease = asked.isWrite() ? LeaseView.NONE : leased.lease(region);
        KvError problem = replicas == null ? refusals.busy(Busy.STARTING) : problem(region, asked, deadlineMillis);
        if (problem != null || replicas == null) {
            KvError error = problem == null ? refusals.busy(Busy.STARTING) : problem;
            answers.send(link, KvReply.refused(requestId, error), op, bytes, arrivedNanos);
            return;
        }
        count(region, asked);
        if (lease.number() != 0) {
            ByteBuffer reply = leased.readFromMemory(link, asked, requestId);
            if (reply != null && problem(region, asked, deadlineMillis) == null && leased.mayAnswer(region, lease)) {
                leased.counts().atOnce();
                answers.sendDone(link, reply, op, bytes, arrivedNanos);
                return;
            }
        }
        if (!admission.enter(bytes)) {
            answers.send(link, KvReply.refused(requestId, busy(Busy.IN_FLIGHT)), op, bytes, arrivedNanos);
            return;
        }
        Caller caller = new Caller(link, requestId, op, bytes, arrivedNanos, admission, answers);
        long deadlineNanos = arrivedNanos + deadlineMillis * 1_000_000L;
        if (asked.isWrite()) {
            KvCodec.setTime(asked.payload(), expiry.millis());
            if (!replicas.propose(region, new KvProposal(caller, refusals, region, asked, deadlineNanos))) {
                caller.refuse(busy(Busy.INBOX));
            }
            return;
        }
        ReadTask task = new ReadTask(caller, region, asked, deadlineNanos, refusals, readers, lease);
        if (lease.number() != 0) {
            task.queue();
        } else {
            leased.fallBack(task);
        }
    }

    private void count(long region, Asked asked) {
        Load load = watched.loads.of(region);
        for (int i = 0; i < asked.parts(); i++) {
            int slot = load.hit(asked.isWrite());
            if (slot >= 0) {
                load.sample(slot, asked.sample(i));
            }
        }
    }

    private @Nullable KvError problem(long region, Asked asked, int deadlineMillis) {
        Optional<String> limit = asked.problem();
        if (limit.isPresent()) {
            return KvError.of(Kind.INVALID, limit.get());
        }
        LocalRegion local = published.byId(region);
        if (local == null) {
            return refusals.notFound(region);
        }
        if (!EpochRules.DATA.admits(asked.epoch(), local.region().epoch())) {
            return refusals.staleEpoch(region);
        }
        if (!asked.isInside(local.region().range())) {
            return refusals.of(Kind.KEY_NOT_IN_REGION, "a key is outside the region; look up its route again", region);
        }
        if (!roles.of(region).isLeader()) {
            return refusals.notLeader(region);
        }
        if (watched.sizes.isHeldBack(region) && asked.isWrite() && !asked.onlyDeletes()) {
            return refusals.busy(Busy.OUTGROWN);
        }
        return deadlineMillis == 0 ? KvError.of(Kind.TIMED_OUT, "the request came with no time left") : null;
    }

    private KvError busy(Busy why) {
        return refusals.busy(admission.isClosed() ? Busy.STOPPING : why);
    }
}
