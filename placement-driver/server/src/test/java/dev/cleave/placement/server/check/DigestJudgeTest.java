package dev.cleave.placement.server.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.region.control.ToPlacement.Digested;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.PeerRole;
import dev.cleave.region.protocol.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigestJudgeTest {
    /** Roles: v voter, l learner, i incoming voter, d demoting voter. Told: one letter per replica, equal letters hold the same, - has not told. */
    @ParameterizedTest
    @CsvSource({
        "vvv,  aaa,  AAA,  ''",
        "vvv,  aba,  ADA,  2",
        "vvv,  baa,  DAA,  1",
        "vvv,  aa-,  AAS,  ''",
        "vvv,  ab-,  DDS,  ''",
        "vvv,  abc,  DDD,  ''",
        "vvv,  a--,  ASS,  ''",
        "vvv,  ---,  SSS,  ''",
        "vv,   ab,   DD,   ''",
        "v,    a,    A,    ''",
        "vvvl, aaab, AAAD, 4",
        "vvvl, ab-b, DDSD, ''",
        "vvvvv,aabba,AADDA,3 4",
        "vvvvv,aab--,DDDSS,''",
        "vvid, aaab, AAAD, ''",
    })
    void whatMoreThanHalfOfAllVotersHoldIsTheTruth(String roles, String told, String standings, String odd) {
        List<Peer> peers = new ArrayList<>();
        Map<Long, Digested> digests = new TreeMap<>();
        for (int i = 0; i < roles.length(); i++) {
            PeerRole role = switch (roles.charAt(i)) {
                case 'v' -> PeerRole.VOTER;
                case 'l' -> PeerRole.LEARNER;
                case 'i' -> PeerRole.INCOMING_VOTER;
                default -> PeerRole.DEMOTING_VOTER;
            };
            peers.add(new Peer(i + 1L, i + 1L, role));
            if (told.charAt(i) != '-') {
                digests.put(i + 1L, new Digested(i + 1L, 9, i + 1L, 1, 100, 5, told.charAt(i)));
            }
        }

        DigestJudge judge = DigestJudge.of(new Region(1, KeyRange.ALL, Epoch.FIRST, peers), digests);

        assertThat(judge.replicas().stream()
                        .map(replica -> replica.standing().name().substring(0, 1))
                        .collect(Collectors.joining()))
                .isEqualTo(standings);
        assertThat(judge.odd().stream().map(peer -> "" + peer.replicaId()).collect(Collectors.joining(" ")))
                .isEqualTo(odd);
        assertThat(judge.text()).isNotBlank();
    }
}
