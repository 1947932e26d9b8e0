package dev.cleave.region.store.apply;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.region.protocol.KvError.Kind;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.raft.ConfChange;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.replica.GroupChange;
import dev.cleave.region.replica.Places;
import dev.cleave.region.replica.Proposal;
import dev.cleave.region.replica.StateMachine;
import dev.cleave.region.store.check.CheckCommand;
import dev.cleave.region.store.expiry.SweepCommand;
import dev.cleave.region.store.migrate.ChangeJudge;
import dev.cleave.region.store.migrate.RecoverCommand;
import dev.cleave.region.store.split.Division;
import dev.cleave.region.store.split.SplitApply;
import dev.cleave.region.store.split.SplitCommand;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.ApplyTurn;
import dev.cleave.region.store.state.EngineDurableApplied;
import dev.cleave.region.store.state.EpochRules;
import dev.cleave.region.store.state.LocalRegion;
import dev.cleave.region.store.state.Memberships;
import dev.cleave.region.store.state.PublishedRegions;
import dev.cleave.region.store.state.RegionStates;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key-value state machine of all regions: entries of one turn become one engine batch together with each region's applied index. An entry
 * whose epoch does not fit, or whose key is outside, is skipped, alike on every replica.
 */
@OwnedBy("apply agent")
public final class KvStateMachine implements StateMachine {
    private static final Logger LOG = LoggerFactory.getLogger(KvStateMachine.class);

    private final RegionStates states;
    private final PublishedRegions published;
    private final ApplyTurn right;
    private final EngineDurableApplied durable;
    private final ApplyListener listener;
    private final SplitApply splits;
    private final long grownBytes;
    private final TurnBatch turn;
    private final DataApply data;
    private final List<Answer> answers = new ArrayList<>();
    private final List<Born> born = new ArrayList<>();
    private long turnBytes;

    private record Answer(StoreProposal proposal, Effect effect) {}

    private record Born(long parent, List<AppliedRegion> children) {}

    /**
     * @param grownBytes how many bytes written to one region make it worth a look at its size
     */
    public KvStateMachine(
            KvEngine engine,
            RegionStates states,
            PublishedRegions published,
            ApplyTurn right,
            EngineDurableApplied durable,
            SplitApply splits,
            ApplyListener listener,
            long grownBytes) {
        this.states = states;
        this.published = published;
        this.right = right;
        this.durable = durable;
        this.splits = splits;
        this.listener = listener;
        this.grownBytes = grownBytes;
        turn = new TurnBatch(engine);
        data = new DataApply(turn, listener);
    }

    @Override
    public @Nullable GroupChange apply(
            long group, long index, long term, byte type, ByteBuffer payload, @Nullable Proposal mine) {
        right.begin();
        AppliedRegion region = states.find(group);
        if (region == null) {
            // Its destruction has overtaken the entry.
            if (mine != null) {
                mine.undetermined();
            }
            return type == EntryType.CONF_CHANGE ? new GroupChange.Reconfigured(null, Places.NOWHERE) : null;
        }
        Invariant.check(index == region.index() + 1, "entries are applied one after the other", index, region.index());
        turn.touch(region);
        turnBytes += payload.remaining();
        GroupChange change = null;
        Effect effect = Effect.DONE;
        CheckCommand check = null;
        switch (type) {
            case EntryType.NOOP -> {}
            case EntryType.COMMAND -> effect = data.apply(region, payload);
            case EntryType.CONF_CHANGE -> {
                Optional<Region> next = judge(region, payload);
                effect = next.isPresent()
                        ? Effect.DONE
                        : Effect.none(Kind.STALE_EPOCH, "the change of peers came too late");
                next.ifPresent(after -> become(region, after));
                change = new GroupChange.Reconfigured(
                        next.isPresent() ? ConfChange.decode(payload) : null, Places.of(region.region()));
            }
            case EntryType.ADMIN -> {
                if (CheckCommand.is(payload)) {
                    check = checkOf(payload);
                    break;
                }
                if (SweepCommand.is(payload)) {
                    data.sweep(region, SweepCommand.decode(payload));
                    break;
                }
                if (RecoverCommand.is(payload)) {
                    Optional<Region> left = survivors(region, payload);
                    effect = left.isPresent()
                            ? Effect.DONE
                            : Effect.none(Kind.STALE_EPOCH, "the recovery came too late");
                    left.ifPresent(after -> become(region, after));
                    change = left.isEmpty()
                            ? null
                            : new GroupChange.Restated(Memberships.of(region.region()), Places.of(region.region()));
                    break;
                }
                Division division = divisionOf(region, payload);
                effect = division == null ? Effect.none(Kind.STALE_EPOCH, "the split came too late") : Effect.DONE;
                change = division == null ? null : divide(region, division);
            }
            default -> Invariant.check(false, "the type of an entry is known", type);
        }
        region.advance(index, term);
        turn.entryDone();
        if (check != null) {
            listener.checkDue(region, check.checkId(), turn.view());
        }
        if (mine instanceof StoreProposal proposal) {
            answers.add(new Answer(proposal, effect));
        }
        return change;
    }

    /** Whether others hold what it holds must be known durably: it decides what a start does that finds the log damaged. */
    private void become(AppliedRegion region, Region next) {
        boolean hadOthers = region.hasOtherVoters();
        region.become(next);
        if (hadOthers != region.hasOtherVoters()) {
            turn.flushAtEnd();
        }
    }

    private static Optional<Region> judge(AppliedRegion region, ByteBuffer payload) {
        ConfChange change = ConfChange.decode(payload);
        Optional<Region> next = ChangeJudge.judge(region.region(), change);
        LOG.info(
                "event=change-peers region={} change={} epoch={} after={}",
                region.id(),
                change,
                region.region().epoch(),
                next.map(Region::toString).orElse("refused"));
        return next;
    }

    private static Optional<Region> survivors(AppliedRegion region, ByteBuffer payload) {
        try {
            RecoverCommand command = RecoverCommand.decode(payload);
            Optional<Region> left = ChangeJudge.judge(region.region(), command);
            LOG.warn(
                    "event=recovered region={} lost={} epoch={} after={}",
                    region.id(),
                    command.lost(),
                    region.region().epoch(),
                    left.map(Region::toString).orElse("refused"));
            return left;
        } catch (MalformedFrame unknown) {
            throw new IllegalStateException(unknown);
        }
    }

    private static CheckCommand checkOf(ByteBuffer payload) {
        try {
            return CheckCommand.decode(payload);
        } catch (MalformedFrame unknown) {
            throw new IllegalStateException(unknown);
        }
    }

    private static @Nullable Division divisionOf(AppliedRegion region, ByteBuffer payload) {
        SplitCommand command;
        try {
            command = SplitCommand.decode(payload);
        } catch (MalformedFrame unknown) {
            // Written by a newer leader: skipping it here and not elsewhere would let replicas differ.
            throw new IllegalStateException(unknown);
        }
        boolean isLegal =
                EpochRules.SPLIT.admits(command.epoch(), region.region().epoch())
                        && Division.problem(region.region(), command).isEmpty();
        return isLegal ? Division.of(region.region(), command) : null;
    }

    private GroupChange divide(AppliedRegion region, Division division) {
        SplitApply.Divided divided = splits.divide(region, division, turn.batch());
        born.add(new Born(region.id(), divided.born()));
        return divided.change();
    }

    @Override
    public void endTurn() {
        right.begin();
        List<AppliedRegion> touched = turn.end();
        publish(touched);
        List<Long> grown = new ArrayList<>(0);
        for (AppliedRegion region : touched) {
            region.turnEnded();
            if (region.takeBytesWritten(grownBytes) > 0) {
                grown.add(region.id());
            }
        }
        right.end();
        durable.applied(turnBytes);
        turnBytes = 0;
        tell(grown);
    }

    private void publish(List<AppliedRegion> touched) {
        List<LocalRegion> changed = new ArrayList<>();
        touched.stream()
                .filter(AppliedRegion::isRegionDirty)
                .map(AppliedRegion::local)
                .forEach(changed::add);
        born.forEach(each -> each.children().stream().map(AppliedRegion::local).forEach(changed::add));
        if (!changed.isEmpty()) {
            published.change(changed, List.of());
        }
    }

    private void tell(List<Long> grown) {
        List<Answer> due = List.copyOf(answers);
        answers.clear();
        due.forEach(answer -> answer.effect().tell(answer.proposal()));
        for (Born each : born) {
            listener.divided(
                    each.parent(),
                    each.children().stream().map(AppliedRegion::local).toList());
        }
        born.clear();
        grown.forEach(listener::grown);
    }
}
