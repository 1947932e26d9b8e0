package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.raft.Role;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What each replica here is in its group, as last told by the replica agent. Good for hints and early refusals, never for promises. */
@AnyThread
public final class Roles {
    private static final Standing UNKNOWN = new Standing(Role.FOLLOWER, 0, 0);
    private final Map<Long, Standing> byRegion = new ConcurrentHashMap<>();

    /** A replica's role and whom it follows (0: nobody). */
    public record Standing(Role role, long term, long leaderReplica) {
        public boolean isLeader() {
            return role == Role.LEADER;
        }
    }

    public Standing of(long region) {
        Standing standing = byRegion.get(region);
        return standing == null ? UNKNOWN : standing;
    }

    public void set(long region, Standing standing) {
        byRegion.put(region, standing);
    }

    public void remove(long region) {
        byRegion.remove(region);
    }

    public int leaders() {
        int leaders = 0;
        for (Standing standing : byRegion.values()) {
            leaders += standing.isLeader() ? 1 : 0;
        }
        return leaders;
    }
}
