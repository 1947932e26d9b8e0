package dev.cleave.placement.server.catalog;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.codec.RecordCodec;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.replica.DurableApplied;
import dev.cleave.region.replica.GroupChange;
import dev.cleave.region.replica.GroupStart;
import dev.cleave.region.replica.Places;
import dev.cleave.region.replica.Proposal;
import dev.cleave.region.replica.StateMachine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies the placement driver's log to its {@link Catalog} and engine, and publishes an immutable {@link CatalogView} after each turn.
 */
@OwnedBy("apply agent")
public final class CatalogStateMachine implements StateMachine, DurableApplied {
    /** The one group of a placement driver. */
    public static final long GROUP = 1;

    private static final long REPLICA = 1;
    /** The engine is flushed after so many entries, so that the log behind them can go. */
    private static final int ENTRIES_PER_FLUSH = 1_000;

    private final KvEngine engine;
    private final CatalogStore store;
    private final Catalog catalog;
    private final RecordCodec codec = CatalogRecords.codec();
    private final List<CatalogProposal> answered = new ArrayList<>();
    private long appliedIndex;
    private long appliedTerm;
    private int unflushedEntries;
    private volatile CatalogView view;
    private volatile Durable durable;

    private record Durable(long flushes, long index) {}

    /** Loads what the engine holds. */
    public CatalogStateMachine(KvEngine engine) {
        this.engine = engine;
        this.store = new CatalogStore(engine);
        this.catalog = new Catalog(store);
        store.load(catalog);
        CatalogStore.Applied applied = store.applied();
        appliedIndex = applied == null ? GroupStart.FIRST_INDEX : applied.index();
        appliedTerm = applied == null ? GroupStart.FIRST_TERM : applied.term();
        view = catalog.view();
        durable = new Durable(engine.flushes(), CatalogStore.durableIndex(engine));
    }

    /** The group as the engine knows it: one voter, this node. */
    public GroupStart groupStart() {
        Places places = new Places(Epoch.FIRST, List.of(new Peer(REPLICA, REPLICA, PeerRole.VOTER)));
        return new GroupStart(GROUP, REPLICA, Membership.of(REPLICA), places, appliedIndex, appliedTerm);
    }

    @AnyThread
    public CatalogView view() {
        return view;
    }

    @Override
    public @Nullable GroupChange apply(
            long group, long index, long term, byte type, ByteBuffer payload, @Nullable Proposal mine) {
        appliedIndex = index;
        appliedTerm = term;
        unflushedEntries++;
        if (type != EntryType.COMMAND) {
            catalog.skip(index);
            return null;
        }
        CatalogResult result = catalog.apply(index, codec.decode(payload, CatalogCommand.class));
        if (mine instanceof CatalogProposal proposal) {
            proposal.result(result);
            answered.add(proposal);
        }
        return null;
    }

    @Override
    public void endTurn() {
        store.commit(appliedIndex, appliedTerm);
        view = catalog.view();
        answered.forEach(CatalogProposal::answer);
        answered.clear();
        if (unflushedEntries >= ENTRIES_PER_FLUSH) {
            unflushedEntries = 0;
            engine.flush();
        }
    }

    @Override
    public long durableIndex(long group) {
        Durable known = durable;
        long flushes = engine.flushes();
        if (known.flushes != flushes) {
            known = new Durable(flushes, CatalogStore.durableIndex(engine));
            durable = known;
        }
        return known.index;
    }
}
