package dev.cleave.region.replica;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.raft.Campaign;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What a replica host has counted since it began: what happens seldom, so that counting costs nothing. */
@AnyThread
public final class ReplicaCounts {
    private final Map<Campaign, LongAdder> campaigns = new EnumMap<>(Campaign.class);
    private final Map<Dropped, LongAdder> dropped = new EnumMap<>(Dropped.class);

    /** Why raft messages were dropped here. All are repeated by whoever sent them, if they still matter. */
    public enum Dropped {
        /** Outgoing: there is no link to the store. */
        UNREACHABLE,
        /** Outgoing: too much waits in the link. */
        LINK_FULL,
        /** The replica agent's inbox is full. */
        INBOX_FULL,
        /** They are for a replica that is not here, not yet, or not any more. */
        NO_REPLICA,
        /** They come from a replica that was removed. */
        STRANGER,
        /** They bring entries, and there is no space for them. */
        DISK_FULL,
        /** They cannot be understood. */
        MALFORMED
    }

    ReplicaCounts() {
        for (Campaign why : Campaign.values()) {
            campaigns.put(why, new LongAdder());
        }
        for (Dropped why : Dropped.values()) {
            dropped.put(why, new LongAdder());
        }
    }

    void stood(Campaign why) {
        add(campaigns.get(why), 1);
    }

    public void dropped(Dropped why, int messages) {
        add(dropped.get(why), messages);
    }

    private static void add(@Nullable LongAdder counter, int more) {
        if (counter != null) {
            counter.add(more);
        }
    }

    /** How often replicas here stood for election, by why. */
    public Map<Campaign, Long> campaigns() {
        return sums(campaigns, new EnumMap<>(Campaign.class));
    }

    /** Raft messages that were dropped, by why. */
    public Map<Dropped, Long> dropped() {
        return sums(dropped, new EnumMap<>(Dropped.class));
    }

    private static <K> Map<K, Long> sums(Map<K, LongAdder> counters, Map<K, Long> into) {
        counters.forEach((why, counter) -> into.put(why, counter.sum()));
        return into;
    }
}
