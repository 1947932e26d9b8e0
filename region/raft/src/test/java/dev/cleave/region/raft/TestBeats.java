package dev.cleave.region.raft;

import java.util.Map;
import java.util.TreeMap;

/**
 * One node's view of the others, as their beats give it: each node beats to all others, whatever its group does; who is not heard for a while is
 * silent. A beat also tells of a new life, and of messages that were lost on the way before it.
 */
final class TestBeats implements Liveness {
    private static final long BEAT_NANOS = 300_000_000L;
    private static final long SILENCE_NANOS = 1_500_000_000L;

    private record Heard(long at, int life, boolean isSilent) {}

    private final TestNode node;
    private final Map<Long, Heard> others = new TreeMap<>();
    /** Senders from whom something was lost since their last beat. */
    private final Map<Long, Boolean> lost = new TreeMap<>();

    TestBeats(TestNode node) {
        this.node = node;
    }

    /** Beats, and looks around, until this life ends. */
    void begin() {
        int born = node.life;
        node.world.after(node.world.beatRandom.below(BEAT_NANOS), () -> {
            if (born == node.life) {
                look();
                node.world.nodes.values().forEach(other -> node.world.beat(node, other));
                begin();
            }
        });
    }

    @Override
    public boolean isLive(long replica) {
        Heard heard = others.get(replica);
        return heard != null && !heard.isSilent;
    }

    private void look() {
        boolean isNews = false;
        for (Map.Entry<Long, Heard> other : others.entrySet()) {
            Heard heard = other.getValue();
            if (!heard.isSilent && node.clock() - heard.at > SILENCE_NANOS) {
                other.setValue(new Heard(heard.at, heard.life, true));
                isNews = true;
            }
        }
        if (isNews) {
            boolean wasAsleep = node.raft.isAsleep();
            node.raft.livenessChanged(node.clock());
            if (wasAsleep && !node.raft.isAsleep()) {
                node.world.wokenBySilence++;
                node.turnSoon();
            }
        }
    }

    void heard(long from, int life) {
        Heard before = others.put(from, new Heard(node.clock(), life, false));
        boolean isNew = before == null || before.isSilent || before.life != life;
        boolean hasLost = lost.remove(from) != null;
        if (isNew || hasLost) {
            wake();
        }
    }

    private void wake() {
        if (node.raft.isAsleep()) {
            node.world.wokenByReturn++;
            node.raft.wake(node.clock());
            node.turnSoon();
        }
    }

    void lost(long from) {
        lost.put(from, true);
    }
}
