package dev.cleave.placement.server;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.placement.server.catalog.CatalogCommand;
import dev.cleave.placement.server.catalog.CatalogResult;
import dev.cleave.placement.server.plan.Operator;
import dev.cleave.placement.server.plan.OperatorDesk;
import dev.cleave.placement.server.plan.Plan;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes operators: draws ids, sends the plan through the log, and keeps the region reserved until the log has answered. */
@OwnedBy("placement agent")
final class Planner {
    private static final Logger LOG = LoggerFactory.getLogger(Planner.class);

    private final IdSource ids;
    private final Proposals proposals;
    private final OperatorDesk desk;
    private final Clock clock;
    private final TreeSet<Long> reserved = new TreeSet<>();

    Planner(IdSource ids, Proposals proposals, OperatorDesk desk, Clock clock) {
        this.ids = ids;
        this.proposals = proposals;
        this.desk = desk;
        this.clock = clock;
    }

    boolean isBusy(long regionId) {
        return reserved.contains(regionId) || desk.on(regionId) != null;
    }

    int running() {
        return reserved.size() + desk.running().size();
    }

    @Nullable
    Operator on(long regionId) {
        return desk.on(regionId);
    }

    /**
     * Makes an operator of what {@code plan} makes with {@code idsNeeded} fresh ids; {@code told} hears Accepted or Refused. The region must not be
     * busy.
     */
    void create(long regionId, int idsNeeded, Function<LongSupplier, Plan> plan, Consumer<PdReply> told) {
        reserved.add(regionId);
        ids.take(idsNeeded + 1, source -> propose(regionId, source.getAsLong(), plan.apply(source), told), why -> {
            reserved.remove(regionId);
            told.accept(new PdReply.Refused(PdReply.Kind.UNAVAILABLE, why));
        });
    }

    private void propose(long regionId, long id, Plan plan, Consumer<PdReply> told) {
        Operator operator = new Operator(
                id,
                plan.kind(),
                plan.baseline(),
                plan.steps(),
                clock.wallMillis(),
                OperatorView.State.RUNNING,
                plan.reason());
        proposals.propose(new CatalogCommand.PutOperator(operator), new Proposals.Outcome() {
            @Override
            public void applied(CatalogResult result) {
                reserved.remove(regionId);
                if (result instanceof CatalogResult.Refused refused) {
                    told.accept(new PdReply.Refused(PdReply.Kind.UNAVAILABLE, refused.message()));
                } else {
                    LOG.info(
                            "operator.created id={} kind={} region={} reason=\"{}\"",
                            id,
                            plan.kind().text(),
                            regionId,
                            plan.reason());
                    told.accept(new PdReply.Accepted(id));
                }
            }

            @Override
            public void failed(String why) {
                reserved.remove(regionId);
                told.accept(new PdReply.Refused(PdReply.Kind.UNAVAILABLE, why));
            }
        });
    }

    /** A person ends a running operator; {@code told} hears Accepted or Refused. */
    void cancel(Operator running, Consumer<PdReply> told) {
        Operator ended = running.ended(OperatorView.State.CANCELLED, "cancelled by request");
        proposals.propose(new CatalogCommand.PutOperator(ended), new Proposals.Outcome() {
            @Override
            public void applied(CatalogResult result) {
                LOG.info("operator.cancelled id={} region={} result={}", ended.id(), ended.regionId(), result);
                told.accept(
                        result instanceof CatalogResult.Refused refused
                                ? new PdReply.Refused(PdReply.Kind.INVALID, refused.message())
                                : new PdReply.Accepted(ended.id()));
            }

            @Override
            public void failed(String why) {
                told.accept(new PdReply.Refused(PdReply.Kind.UNAVAILABLE, why));
            }
        });
    }

    /** The desk's operator has ended: writes it down; asked again until it is. */
    void end(Operator ended) {
        proposals.propose(new CatalogCommand.PutOperator(ended), new Proposals.Outcome() {
            @Override
            public void applied(CatalogResult result) {
                LOG.info(
                        "operator.ended id={} kind={} region={} state={} reason=\"{}\"",
                        ended.id(),
                        ended.kind().text(),
                        ended.regionId(),
                        ended.state(),
                        ended.reason());
            }

            @Override
            public void failed(String why) {
                LOG.info("operator.end.repeated id={} why=\"{}\"", ended.id(), why);
            }
        });
    }
}
