package dev.cleave.region.client;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.protocol.PdReply;
import java.util.ArrayList;
import java.util.List;

/** The placement driver's members known so far, one connection each, and the one that is asked first. */
@OwnedBy("client loop")
final class PdMembers {
    private static final int MEMBERS_MAX = 16;

    private final Rim rim;
    private final ClientConfig config;
    private final Counters counters;
    private final ClusterIdentity cluster;
    private final List<Connection<PdAnswer>> members = new ArrayList<>();
    private int preferred;

    PdMembers(Rim rim, ClientConfig config, Counters counters, ClusterIdentity cluster) {
        this.rim = rim;
        this.config = config;
        this.counters = counters;
        this.cluster = cluster;
        config.placement().forEach(this::add);
    }

    Connection<PdAnswer> preferred() {
        return members.get(preferred);
    }

    int size() {
        return members.size();
    }

    /** {@code failed} did not help: the next one is asked first from now on. */
    void turnFrom(Connection<PdAnswer> failed) {
        if (preferred() == failed) {
            preferred = (preferred + 1) % members.size();
        }
    }

    /** Takes in the members that one of them has named, and asks the leader first. */
    void learn(PdReply.Status status) {
        status.members().forEach(this::add);
        int leader = indexOf(status.leader());
        if (leader >= 0) {
            preferred = leader;
        }
    }

    void closeAll(String reason) {
        members.forEach(member -> member.close(reason));
    }

    @Override
    public String toString() {
        return members.stream().map(Connection::address).toList().toString();
    }

    private void add(Address address) {
        if (address.port() > 0 && members.size() < MEMBERS_MAX && indexOf(address) < 0) {
            members.add(new Connection<>(address, rim, config, counters, PdAnswer.READER, cluster::objection));
        }
    }

    private int indexOf(Address address) {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).address().equals(address)) {
                return i;
            }
        }
        return -1;
    }
}
