package dev.cleave.placement.server.plan;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Region views from one line of text: {@code "1:11V 2:12V 3:13V L1 e3/1 p13 d12 [a,m)"} is a region 7 with replica 11 on store 1 and so on, store 1
 * leading, epoch 3/1, replica 13 pending, 12 down. Roles: V voter, L learner, I incoming, D demoting.
 */
public final class Views {
    public static final long REGION = 7;

    private Views() {}

    public static RegionView view(String text) {
        List<Peer> peers = new ArrayList<>();
        List<Long> pending = new ArrayList<>();
        List<Long> down = new ArrayList<>();
        long leader = 0;
        long id = REGION;
        Epoch epoch = Epoch.FIRST;
        KeyRange range = KeyRange.ALL;
        long term = 6;
        for (String word : text.trim().split(" +")) {
            char first = word.charAt(0);
            if (first == 'L') {
                leader = number(word);
            } else if (first == 'e') {
                String[] parts = word.substring(1).split("/");
                epoch = new Epoch(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
            } else if (first == 'p') {
                pending.add(number(word));
            } else if (first == 'd') {
                down.add(number(word));
            } else if (first == 'r') {
                id = number(word);
            } else if (first == 't') {
                term = number(word);
            } else if (first == '[') {
                String[] ends = word.substring(1, word.length() - 1).split(",", -1);
                range = KeyRange.of(Key.utf8(ends[0]), Key.utf8(ends[1]));
            } else {
                String[] parts = word.split(":");
                char role = word.charAt(word.length() - 1);
                long replica = Long.parseLong(parts[1].substring(0, parts[1].length() - 1));
                peers.add(new Peer(replica, Long.parseLong(parts[0]), role(role)));
            }
        }
        return new RegionView(new Region(id, range, epoch, peers), leader, term, 10, 10, 0, pending, down);
    }

    public static Region region(String text) {
        return view(text).region();
    }

    /** What has been observed: the views given, and all stores usable but those named. */
    static Observed observed(List<RegionView> views, Long... unusable) {
        TreeMap<Long, RegionView> byId = new TreeMap<>();
        views.forEach(view -> byId.put(view.region().id(), view));
        TreeSet<Long> broken = new TreeSet<>(List.of(unusable));
        return new Observed() {
            @Override
            public RegionView region(long regionId) {
                return byId.get(regionId);
            }

            @Override
            public boolean isUsable(long storeId) {
                return !broken.contains(storeId);
            }

            @Override
            public boolean isDestroyed(long replicaId) {
                return false;
            }
        };
    }

    private static long number(String word) {
        return Long.parseLong(word.substring(1));
    }

    private static PeerRole role(char letter) {
        return switch (letter) {
            case 'V' -> PeerRole.VOTER;
            case 'L' -> PeerRole.LEARNER;
            case 'I' -> PeerRole.INCOMING_VOTER;
            case 'D' -> PeerRole.DEMOTING_VOTER;
            default -> throw new IllegalArgumentException("role " + letter);
        };
    }
}
