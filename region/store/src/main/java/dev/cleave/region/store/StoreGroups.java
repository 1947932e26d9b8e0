package dev.cleave.region.store;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.kv.KvSnapshot;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.raft.Membership;
import dev.cleave.region.raft.Role;
import dev.cleave.region.replica.GroupListener;
import dev.cleave.region.store.apply.ApplyListener;
import dev.cleave.region.store.check.Digests;
import dev.cleave.region.store.expiry.ExpiryClock;
import dev.cleave.region.store.expiry.ExpirySweep;
import dev.cleave.region.store.gate.Roles;
import dev.cleave.region.store.lifecycle.Births;
import dev.cleave.region.store.lifecycle.Destroy;
import dev.cleave.region.store.lifecycle.Install;
import dev.cleave.region.store.report.ChangedRegions;
import dev.cleave.region.store.report.ControlAgent;
import dev.cleave.region.store.snapshot.ArrivedSnapshot;
import dev.cleave.region.store.snapshot.SnapshotSender;
import dev.cleave.region.store.snapshot.YoungRegions;
import dev.cleave.region.store.split.ChildElections;
import dev.cleave.region.store.split.SizeWatch;
import dev.cleave.region.store.state.AppliedRegion;
import dev.cleave.region.store.state.LocalRegion;
import java.util.List;

/** Hands what the groups tell to the stories that go on with it. Decides nothing itself. */
@OwnedBy("replica agent; as apply listener: apply agent")
final class StoreGroups implements GroupListener, ApplyListener {
    /** The stories. */
    record Stories(
            Births births,
            Roles roles,
            Destroy destroy,
            Install install,
            SnapshotSender sender,
            YoungRegions young,
            ChildElections elections,
            SizeWatch sizes,
            Digests digests,
            ChangedRegions changed,
            ExpiryClock expiryClock,
            ExpirySweep expirySweep,
            ControlAgent control) {}

    private final Stories stories;
    private final Clock clock;
    private final Runnable wakeStorage;

    StoreGroups(Stories stories, Clock clock, Runnable wakeStorage) {
        this.stories = stories;
        this.clock = clock;
        this.wakeStorage = wakeStorage;
    }

    @Override
    public boolean mayCreate(long group, long replicaId, long fromStore, Epoch epoch) {
        return stories.births().mayCreate(group, replicaId);
    }

    @Override
    public void isObsolete(long group, long replicaId) {
        stories.destroy().begin(group, replicaId, "replaced or removed");
    }

    @Override
    public void roleChanged(long group, long replicaId, Role role, long term, long leaderReplica) {
        stories.roles().set(group, new Roles.Standing(role, term, leaderReplica));
        stories.elections().changed(group);
        stories.changed().add(group);
    }

    @Override
    public void changed(long group) {
        stories.elections().changed(group);
        stories.changed().add(group);
    }

    @Override
    public void snapshotWanted(long group, long toReplica, long toStore, long term) {
        stories.sender().wanted(group, toReplica, toStore, term);
    }

    @Override
    public void install(long group, long replicaId, long index, long term, Membership membership, Object snapshot) {
        stories.install().begin(group, replicaId, (ArrivedSnapshot) snapshot);
    }

    @Override
    public void snapshotUnwanted(long group, Object snapshot) {
        stories.install().unwanted(group, (ArrivedSnapshot) snapshot);
    }

    @Override
    public void isLonely(long group, long replicaId, Epoch epoch) {
        stories.control().lonely(group, replicaId, epoch);
    }

    @Override
    public void divided(long parent, List<LocalRegion> born) {
        long now = clock.nanos();
        born.forEach(child -> stories.young().born(child.region(), now));
        stories.elections().divided(parent, born);
        stories.sizes().grown(parent);
        born.forEach(child -> stories.sizes().grown(child.id()));
        wakeStorage.run();
    }

    @Override
    public void checkDue(AppliedRegion region, long checkId, KvSnapshot view) {
        stories.digests().due(region, checkId, view);
        wakeStorage.run();
    }

    @Override
    public void judgedBy(long millis) {
        stories.expiryClock().heard(millis);
    }

    @Override
    public void expires(long region, long expiryMillis) {
        stories.expirySweep().written(region, expiryMillis);
    }

    @Override
    public void grown(long region) {
        stories.sizes().grown(region);
        wakeStorage.run();
    }
}
