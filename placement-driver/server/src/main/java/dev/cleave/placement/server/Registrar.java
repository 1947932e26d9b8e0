package dev.cleave.placement.server;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.placement.server.catalog.Admission;
import dev.cleave.placement.server.catalog.CatalogCommand;
import dev.cleave.placement.server.catalog.CatalogResult;
import dev.cleave.placement.server.catalog.CatalogView;
import dev.cleave.placement.server.catalog.FirstRegion;
import dev.cleave.placement.server.catalog.StoreRecord;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.ToPlacement.RegisterStore;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Admits stores: what is new goes through the log, what is known is answered at once. */
@OwnedBy("placement agent")
final class Registrar {
    private static final Logger LOG = LoggerFactory.getLogger(Registrar.class);

    private final ClusterMap map;
    private final Sessions sessions;
    private final Proposals proposals;
    private final IdSource ids;

    Registrar(ClusterMap map, Sessions sessions, Proposals proposals, IdSource ids) {
        this.map = map;
        this.sessions = sessions;
        this.proposals = proposals;
        this.ids = ids;
    }

    void register(Session session, long call, RegisterStore request) {
        CatalogView catalog = map.catalog();
        String refusal = Admission.refusal(catalog.clusterId(), catalog.stores(), request);
        if (refusal != null) {
            reject(session, call, request, refusal);
        } else if (isUnchanged(catalog.stores(), request)) {
            admit(session, call, request.storeId());
        } else {
            proposals.propose(new CatalogCommand.AdmitStore(request), new Proposals.Outcome() {
                @Override
                public void applied(CatalogResult result) {
                    if (result instanceof CatalogResult.Admitted admitted) {
                        admit(session, call, admitted.storeId());
                    } else if (result instanceof CatalogResult.Refused refused) {
                        reject(session, call, request, refused.message());
                    }
                }

                @Override
                public void failed(String why) {
                    // No answer: the store asks again, and the log will know its data uuid.
                    LOG.warn("store.registration.repeated address={} why=\"{}\"", request.address(), why);
                }
            });
        }
    }

    /** An id drawn now is above all that were given out before the store started: its start went through the log since. */
    private void admit(Session session, long call, long storeId) {
        ids.take(1, fresh -> welcome(session, call, storeId, fresh.getAsLong()), why -> isRepeated(storeId, why));
    }

    private void welcome(Session session, long call, long storeId, long idsBelow) {
        CatalogView catalog = map.catalog();
        sessions.bind(storeId, session);
        map.stores().alive(storeId, map.nowNanos());
        map.back(storeId);
        LOG.info("store.registered store={} link={}", storeId, session.link.remote());
        FirstRegion first = catalog.firstRegion();
        boolean mustCreate = first != null && !first.isSeen() && first.storeId() == storeId;
        sessions.answer(
                session,
                call,
                new FromPlacement.Registered(
                        catalog.clusterId(), storeId, mustCreate && first != null ? first.region() : null, idsBelow));
    }

    /** No answer: the store asks again. */
    private static void isRepeated(long storeId, String why) {
        LOG.warn("store.registration.repeated store={} why=\"{}\"", storeId, why);
    }

    private void reject(Session session, long call, RegisterStore request, String message) {
        LOG.warn("store.rejected store={} address={} reason=\"{}\"", request.storeId(), request.address(), message);
        sessions.answer(session, call, new FromPlacement.Rejected(message));
    }

    /** Whether the log knows all of this already. */
    private static boolean isUnchanged(Map<Long, StoreRecord> stores, RegisterStore request) {
        @Nullable StoreRecord known = request.storeId() == 0 ? null : stores.get(request.storeId());
        return known != null
                && known.dataUuid() == request.dataUuid()
                && known.startNumber() == request.startNumber()
                && known.address().equals(request.address())
                && known.httpAddress().equals(request.httpAddress());
    }
}
