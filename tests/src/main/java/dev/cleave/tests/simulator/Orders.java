package dev.cleave.tests.simulator;

import dev.cleave.region.control.ControlCodec;
import dev.cleave.region.control.FromPlacement;
import dev.cleave.region.control.FromPlacement.Action;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.FrameKind;
import dev.cleave.region.protocol.Region;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Speaks to stores in the placement driver's place, for changes of peers that nobody can ask it for, and to the placement driver in a store's place, for the
 * ids of new replicas, which nobody else may give. Both are frames more on links that are there.
 */
final class Orders {
    /** Calls of no store are numbered so high. */
    private static final long FIRST_CALL = 1L << 60;

    /** Enough ids for any change there is, if the region has a peer. */
    private static final int PIECES = 4;

    private final SimNetwork network;
    private final ControlCodec codec = new ControlCodec();
    private final Map<Long, Consumer<List<Long>>> asked = new TreeMap<>();
    private long lastCall = FIRST_CALL;

    Orders(SimNetwork network) {
        this.network = network;
    }

    /** Orders a region's leader to do something, for the epoch that {@code region} shows. */
    void order(SimStore leader, Region region, Action action) {
        FromPlacement.Command command = new FromPlacement.Command(0, region.id(), region.epoch(), action);
        network.slipIn(SimPlacement.ADDRESS.host(), leader.host(), codec.encode(0, command));
    }

    /** Asks for ids of new replicas of a region; there may be no answer. */
    void ids(SimStore asking, Region region, Consumer<List<Long>> taken) {
        long call = ++lastCall;
        asked.put(call, taken);
        ByteBuffer question = codec.encode(call, new ToPlacement.AskSplit(region, PIECES));
        network.slipIn(asking.host(), SimPlacement.ADDRESS.host(), question);
    }

    /** The placement driver sends a frame: perhaps an answer to a question that no store has asked. */
    void hears(ByteBuffer sent) {
        ByteBuffer frame = sent.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        boolean isControl = frame.get(frame.position()) == FrameKind.CONTROL;
        Consumer<List<Long>> taken = isControl ? asked.remove(frame.getLong(frame.position() + 1)) : null;
        if (taken != null && codec.decode(frame).down() instanceof FromPlacement.SplitIds ids) {
            List<Long> replicas = new ArrayList<>();
            ids.pieces().forEach(piece -> replicas.addAll(piece.replicaIds()));
            taken.accept(replicas);
        }
    }
}
