package dev.cleave.placement.server;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.placement.server.catalog.CatalogCommand;
import dev.cleave.placement.server.catalog.CatalogResult;
import dev.cleave.placement.server.catalog.CatalogView;
import dev.cleave.placement.server.catalog.FirstRegion;
import dev.cleave.placement.server.catalog.StoreRecord;
import dev.cleave.placement.server.observed.RegionTree;
import dev.cleave.placement.server.plan.OperatorDesk;
import dev.cleave.placement.server.plan.Plan;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes in what stores say. Everything but a registration is heard from registered stores alone, and about themselves alone. */
@OwnedBy("placement agent")
final class ControlGate {
    private static final Logger LOG = LoggerFactory.getLogger(ControlGate.class);
    private static final int PIECES_MAX = 1_024;

    private final ClusterMap map;
    private final Sessions sessions;
    private final Registrar registrar;
    private final Proposals proposals;
    private final IdSource ids;
    private final OperatorDesk desk;
    private final Patrol patrol;
    private final Consistency consistency;
    private final Recovery recovery;
    private boolean isSeeing;

    ControlGate(
            ClusterMap map,
            Sessions sessions,
            Registrar registrar,
            Proposals proposals,
            IdSource ids,
            OperatorDesk desk,
            Patrol patrol,
            Consistency consistency,
            Recovery recovery) {
        this.consistency = consistency;
        this.recovery = recovery;
        this.map = map;
        this.sessions = sessions;
        this.registrar = registrar;
        this.proposals = proposals;
        this.ids = ids;
        this.desk = desk;
        this.patrol = patrol;
    }

    void receive(Session session, long call, ToPlacement record) {
        if (record instanceof ToPlacement.RegisterStore register) {
            registrar.register(session, call, register);
        } else if (session.storeId == 0) {
            LOG.debug("control.unregistered link={} record={}", session.link.remote(), record.getClass());
        } else if (record instanceof ToPlacement.StoreHeartbeat beat) {
            beat(session, call, beat);
        } else if (record instanceof ToPlacement.RegionHeartbeat beat) {
            beat(session, beat);
        } else if (record instanceof ToPlacement.RegionsUnchanged told) {
            confirm(session, told);
        } else if (record instanceof ToPlacement.Loads told) {
            if (told.storeId() == session.storeId) {
                map.stores().heard(told, map.nowNanos());
            }
        } else if (record instanceof ToPlacement.AskSplit ask) {
            askSplit(session, call, ask);
        } else if (record instanceof ToPlacement.CheckPeer check) {
            checkPeer(session, call, check);
        } else if (record instanceof ToPlacement.Leaving leaving) {
            leave(session, leaving);
        } else if (record instanceof ToPlacement.Destroyed destroyed) {
            LOG.info("replicas.destroyed store={} replicas={}", destroyed.storeId(), destroyed.replicaIds());
            map.destroyed(destroyed.replicaIds());
        } else if (record instanceof ToPlacement.CommandRefused refused) {
            desk.refused(refused.regionId(), refused.operatorId(), refused.reason());
        } else if (record instanceof ToPlacement.Digested digest) {
            consistency.digested(digest);
        } else if (record instanceof ToPlacement.Replicas told) {
            recovery.told(told);
        }
    }

    private void beat(Session session, long call, ToPlacement.StoreHeartbeat beat) {
        StoreRecord record = map.catalog().store(session.storeId);
        if (record == null || beat.storeId() != session.storeId || beat.startNumber() != record.startNumber()) {
            return; // a process of the past
        }
        if (record.isRemoved()) {
            String message =
                    "store " + record.id() + " has been removed from this cluster; its data are not needed any more";
            sessions.answer(session, call, new FromPlacement.Rejected(message));
            return;
        }
        map.stores().heard(beat, map.nowNanos());
        boolean isNewer = map.catalog().storesVersion() > beat.storeMapVersion();
        sessions.answer(session, call, isNewer ? storeMap() : noNews());
    }

    /** All stores as they are now. */
    FromPlacement.StoreMap storeMap() {
        return new FromPlacement.StoreMap(map.catalog().storesVersion(), map.allStores());
    }

    private FromPlacement.StoreMap noNews() {
        return new FromPlacement.StoreMap(map.catalog().storesVersion(), List.of());
    }

    private void beat(Session session, ToPlacement.RegionHeartbeat beat) {
        RegionView view = beat.view();
        if (beat.storeId() != session.storeId || map.isRemoved(session.storeId)) {
            return;
        }
        map.stores().alive(session.storeId, map.nowNanos());
        RegionTree.Outcome outcome = map.regions().update(view, map.nowNanos());
        if (outcome == RegionTree.Outcome.STALE) {
            LOG.debug(
                    "region.stale region={} epoch={}",
                    view.region().id(),
                    view.region().epoch());
            return;
        }
        seeFirstRegion(view.region().id());
        desk.observe(view.region().id(), map.nowNanos());
        if (outcome == RegionTree.Outcome.CHANGED) {
            patrol.look(view.region().id());
        }
    }

    /** If that is not what is known here, something was lost or is on its way: the next heartbeats say it. */
    private void confirm(Session session, ToPlacement.RegionsUnchanged told) {
        if (told.storeId() != session.storeId || map.isRemoved(session.storeId)) {
            return;
        }
        map.stores().alive(session.storeId, map.nowNanos());
        if (!map.confirm(told)) {
            LOG.debug("regions.asked store={} regions={}", session.storeId, told.regions());
            sessions.answer(session, 0, new FromPlacement.TellRegions());
        }
    }

    private void seeFirstRegion(long regionId) {
        CatalogView catalog = map.catalog();
        FirstRegion first = catalog.firstRegion();
        if (first == null || first.isSeen() || isSeeing || first.region().id() != regionId) {
            return;
        }
        isSeeing = true;
        proposals.propose(new CatalogCommand.SeeFirstRegion(), new Proposals.Outcome() {
            @Override
            public void applied(CatalogResult result) {
                isSeeing = false;
            }

            @Override
            public void failed(String why) {
                isSeeing = false; // the next heartbeat says it again
            }
        });
    }

    private void askSplit(Session session, long call, ToPlacement.AskSplit ask) {
        Region region = ask.region();
        RegionTree.Known known = map.regions().byId(region.id());
        if (ask.pieces() < 1 || ask.pieces() > PIECES_MAX) {
            refuse(session, call, "a region is divided into 1 to " + PIECES_MAX + " new pieces, not " + ask.pieces());
            return;
        }
        if (known != null && region.epoch().isStalerThan(known.region().epoch())) {
            refuse(
                    session,
                    call,
                    "region " + region.id() + " is at epoch " + known.region().epoch() + " by now");
            return;
        }
        ids.take(
                ask.pieces() * (1 + region.peers().size()),
                next -> sessions.answer(
                        session, call, new FromPlacement.SplitIds(Plan.pieces(region, ask.pieces(), next))),
                why -> refuse(session, call, why));
    }

    private void refuse(Session session, long call, String why) {
        sessions.answer(session, call, new FromPlacement.Rejected(why));
    }

    private void checkPeer(Session session, long call, ToPlacement.CheckPeer check) {
        RegionTree.Known known = map.regions().byId(check.regionId());
        if (known != null) {
            sessions.answer(
                    session, call, new FromPlacement.PeerVerdict(check.regionId(), check.replicaId(), known.region()));
        }
    }

    private void leave(Session session, ToPlacement.Leaving leaving) {
        if (leaving.storeId() == session.storeId) {
            LOG.info("store.leaving store={}", leaving.storeId());
            map.leaving(leaving.storeId());
            patrol.relieve();
        }
    }
}
