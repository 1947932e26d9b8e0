package dev.cleave.tests.simulator;

import dev.cleave.engine.base.Key;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Which region owns which keys, by the newest descriptor of each that any replica has ever applied; what is applied anywhere is committed. Checks that an
 * epoch has one meaning, that regions tile the key space at every moment, that epochs grow by what has changed, and that two configurations that follow
 * each other have no quorums apart.
 */
final class Territory {
    private final Map<Meaning, Region> meanings = new HashMap<>();
    private final Map<Long, Region> newest = new TreeMap<>();

    private Consumer<Region> joint = region -> {};
    /** Regions whose next configuration need not have anything in common with the last: a person has struck out its majority. */
    private final Set<Long> recovering = new TreeSet<>();

    private record Meaning(long region, Epoch epoch) {}

    /** Who hears that a region has come into a joint configuration. */
    void onJoint(Consumer<Region> listener) {
        joint = listener;
    }

    void recovers(long region) {
        recovering.add(region);
    }

    /** The newest descriptor of each region, by id. */
    Collection<Region> regions() {
        return newest.values();
    }

    /** Descriptors that take effect together on one store. */
    void applied(String store, List<Region> descriptors) {
        boolean isNew = false;
        for (Region region : descriptors) {
            Region known = meanings.putIfAbsent(new Meaning(region.id(), region.epoch()), region);
            require(
                    known == null || known.equals(region),
                    "epoch " + region.epoch() + " of region " + region.id() + " means " + known + ", and on " + store
                            + " " + region);
            if (known == null) {
                isNew |= follows(region);
            }
        }
        if (isNew) {
            checkTiling(store);
        }
    }

    /** True if it is newer than all that were seen. */
    private boolean follows(Region next) {
        Region before = newest.get(next.id());
        if (before == null) {
            newest.put(next.id(), next);
            return true;
        }
        boolean isOlder = next.epoch().isStalerThan(before.epoch());
        boolean isNewer = before.epoch().isStalerThan(next.epoch());
        require(isOlder != isNewer, "neither of two epochs of one region is newer: " + before + " and " + next);
        if (isOlder) {
            return false;
        }
        require(isGrown(before, next), "the epoch does not tell what changed between " + before + " and " + next);
        boolean isRecovered = !before.peers().equals(next.peers()) && recovering.remove(next.id());
        require(
                isRecovered || haveCommonVoters(before, next),
                "quorums of " + before + " and " + next + " need not meet");
        newest.put(next.id(), next);
        if (next.isJoint() && !before.isJoint()) {
            joint.accept(next);
        }
        return true;
    }

    private static boolean isGrown(Region before, Region next) {
        boolean isRangeTold = before.range().equals(next.range())
                || next.epoch().version() > before.epoch().version();
        boolean arePeersTold = before.peers().equals(next.peers())
                || next.epoch().confVersion() > before.epoch().confVersion();
        return isRangeTold && arePeersTold;
    }

    /** Whether every quorum of the one meets every quorum of the other: a half of one and a half of the other suffice. */
    private static boolean haveCommonVoters(Region before, Region next) {
        return halves(before).stream().anyMatch(one -> halves(next).stream().anyMatch(other -> mustMeet(one, other)));
    }

    /** Two majorities can stay apart if their voters outside the other set, and the common ones shared out between them, suffice. */
    static boolean mustMeet(Set<Long> one, Set<Long> other) {
        long common = one.stream().filter(other::contains).count();
        long fromCommonByOne = Math.max(0, one.size() / 2 + 1 - (one.size() - common));
        long fromCommonByOther = Math.max(0, other.size() / 2 + 1 - (other.size() - common));
        return fromCommonByOne + fromCommonByOther > common;
    }

    /** The sets of voters of which each must agree: one, or two in a joint configuration. */
    static List<Set<Long>> halves(Region region) {
        Set<Long> incoming = voters(region, PeerRole.INCOMING_VOTER);
        return region.isJoint() ? List.of(incoming, voters(region, PeerRole.DEMOTING_VOTER)) : List.of(incoming);
    }

    private static Set<Long> voters(Region region, PeerRole half) {
        return region.peers().stream()
                .filter(peer -> peer.role() == PeerRole.VOTER || peer.role() == half)
                .map(peer -> peer.replicaId())
                .collect(Collectors.toSet());
    }

    private void checkTiling(String store) {
        List<Region> regions = new ArrayList<>(newest.values());
        regions.sort(Comparator.comparing(region -> region.range().startInclusive()));
        Key next = Key.EMPTY;
        for (int i = 0; i < regions.size(); i++) {
            Region region = regions.get(i);
            boolean isLast = i == regions.size() - 1;
            require(
                    region.range().startInclusive().equals(next)
                            && isLast != region.range().hasEnd(),
                    "regions do not tile the key space since a step of " + store + ": " + regions);
            next = region.range().endExclusive();
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new Violation(what);
        }
    }
}
