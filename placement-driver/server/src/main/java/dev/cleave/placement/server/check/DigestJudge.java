package dev.cleave.placement.server.check;

import dev.cleave.region.control.ToPlacement.Digested;
import dev.cleave.region.protocol.CheckedReplica;
import dev.cleave.region.protocol.CheckedReplica.Standing;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares what replicas hold at one index. What more than half of all voters hold alike is taken for the truth; a replica that holds something else may be put
 * aside. Without such a majority nobody can say who is right, and nothing may be done but to tell. Pure.
 *
 * @param odd those to be put aside
 */
public record DigestJudge(List<CheckedReplica> replicas, List<Peer> odd, String text) {
    public static DigestJudge of(Region region, Map<Long, Digested> told) {
        List<Peer> voters = region.peers().stream().filter(Peer::isVoter).toList();
        Digested truth = voters.stream()
                .map(peer -> told.get(peer.replicaId()))
                .flatMap(digest -> Optional.ofNullable(digest).stream())
                .filter(digest -> holders(digest, voters, told) > voters.size() / 2)
                .findFirst()
                .orElse(null);
        boolean isUnanimous = told.values().stream()
                .allMatch(digest -> isSame(digest, told.values().iterator().next()));
        List<CheckedReplica> replicas = new ArrayList<>();
        List<Peer> odd = new ArrayList<>();
        for (Peer peer : region.peers()) {
            Digested digest = told.get(peer.replicaId());
            Standing standing = standing(digest, truth, isUnanimous);
            replicas.add(new CheckedReplica(
                    peer.replicaId(),
                    peer.storeId(),
                    digest == null ? 0 : digest.keys(),
                    digest == null ? 0 : digest.checksum(),
                    standing));
            if (standing == Standing.DIFFERS && truth != null && !region.isJoint()) {
                odd.add(peer);
            }
        }
        return new DigestJudge(replicas, List.copyOf(odd), text(replicas, truth != null, odd));
    }

    private static Standing standing(@Nullable Digested digest, @Nullable Digested truth, boolean isUnanimous) {
        if (digest == null) {
            return Standing.SILENT;
        }
        boolean agrees = truth == null ? isUnanimous : isSame(digest, truth);
        return agrees ? Standing.AGREES : Standing.DIFFERS;
    }

    private static long holders(Digested digest, List<Peer> voters, Map<Long, Digested> told) {
        return voters.stream()
                .map(peer -> told.get(peer.replicaId()))
                .filter(other -> other != null && isSame(digest, other))
                .count();
    }

    private static boolean isSame(Digested one, Digested other) {
        return one.keys() == other.keys() && one.checksum() == other.checksum();
    }

    private static String text(List<CheckedReplica> replicas, boolean hasMajority, List<Peer> odd) {
        long silent = count(replicas, Standing.SILENT);
        String rest = silent == 0 ? "" : "; " + silent + " have not told";
        if (count(replicas, Standing.DIFFERS) == 0) {
            return count(replicas, Standing.AGREES) + " of " + replicas.size() + " replicas hold the same" + rest;
        }
        if (!hasMajority) {
            return "the replicas differ and no majority agrees, so nobody can say which is right: nothing is changed"
                    + rest;
        }
        return odd.isEmpty()
                ? "a replica differs, but the region is changing its replicas: nothing is changed; check again soon"
                : "put aside, for they differ from a majority: replicas "
                        + odd.stream()
                                .map(peer -> peer.replicaId() + " on store " + peer.storeId())
                                .toList() + rest;
    }

    private static long count(List<CheckedReplica> replicas, Standing standing) {
        return replicas.stream()
                .filter(replica -> replica.standing() == standing)
                .count();
    }
}
