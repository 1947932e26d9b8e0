package dev.cleave.region.store.split;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.store.state.EpochRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a split makes of a region. Pure: every replica comes to the same end. */
public record Division(Region parent, List<Region> children) {
    public Division {
        children = List.copyOf(children);
    }

    /** Why the command cannot take effect on {@code region}; empty if it can. The epoch is judged elsewhere. */
    public static Optional<String> problem(Region region, SplitCommand command) {
        if (region.isJoint()) {
            return Optional.of("region " + region.id() + " is changing its replicas; split it afterwards");
        }
        Key previous = region.range().startInclusive();
        for (SplitCommand.Piece piece : command.pieces()) {
            if (piece.endExclusive().compareTo(previous) <= 0 || !region.range().contains(piece.endExclusive())) {
                return Optional.of("split key " + piece.endExclusive() + " is not inside " + region.range()
                        + " in ascending order; choose keys strictly inside the region");
            }
            if (piece.replicaIds().size() != region.peers().size()) {
                return Optional.of(
                        "a piece of the split names " + piece.replicaIds().size() + " replicas, but region "
                                + region.id() + " has " + region.peers().size());
            }
            previous = piece.endExclusive();
        }
        return Optional.empty();
    }

    /** Divides; the command has no {@link #problem} and fits the epoch. */
    public static Division of(Region region, SplitCommand command) {
        Epoch epoch = EpochRules.SPLIT.after(region.epoch(), command.pieces().size());
        List<Region> children = new ArrayList<>();
        Key start = region.range().startInclusive();
        for (SplitCommand.Piece piece : command.pieces()) {
            children.add(new Region(
                    piece.regionId(), KeyRange.of(start, piece.endExclusive()), epoch, peers(region, piece)));
            start = piece.endExclusive();
        }
        KeyRange rest = KeyRange.of(start, region.range().endExclusive());
        return new Division(new Region(region.id(), rest, epoch, region.peers()), children);
    }

    private static List<Peer> peers(Region region, SplitCommand.Piece piece) {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < region.peers().size(); i++) {
            Peer old = region.peers().get(i);
            peers.add(new Peer(piece.replicaIds().get(i), old.storeId(), old.role()));
        }
        return peers;
    }
}
