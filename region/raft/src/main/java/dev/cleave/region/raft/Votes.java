package dev.cleave.region.raft;

import java.util.Arrays;

/** The answers of one candidacy. The first answer of a replica counts; only voters of our own configuration do. */
final class Votes {
    private long[] ids = {};
    private boolean[] granted = {};
    private int count;

    void clear() {
        count = 0;
    }

    void record(long id, boolean isGranted) {
        for (int i = 0; i < count; i++) {
            if (ids[i] == id) {
                return;
            }
        }
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, Math.max(4, count * 2));
            granted = Arrays.copyOf(granted, ids.length);
        }
        ids[count] = id;
        granted[count++] = isGranted;
    }

    Quorum.Tally tally(Membership membership) {
        return Quorum.both(half(membership.voters()), half(membership.outgoing()));
    }

    private Quorum.Tally half(long[] voters) {
        int yes = 0;
        int no = 0;
        for (int i = 0; i < count; i++) {
            if (Membership.has(voters, ids[i])) {
                yes += granted[i] ? 1 : 0;
                no += granted[i] ? 0 : 1;
            }
        }
        return Quorum.tally(voters.length, yes, no);
    }
}
