package dev.cleave.placement.server;

import java.time.Duration;

/**
 * How the placement driver decides.
 *
 * @param replicasMax voters per region
 * @param disconnectedAfter a store not heard of for this long gets no more replicas and leads nothing (heartbeats come every 3 s)
 * @param downAfter a store not heard of for this long ends the operators that need it
 * @param regionSilenceMax a region not heard of for this long has no known leader (heartbeats come every 10 s)
 * @param commandRepeat a command is sent again until the reported state shows that it is done
 * @param checkEvery pause between two rounds of the checkers over all regions
 * @param fastStepMax how long a change of membership or leadership may take before its operator is cancelled
 * @param slowStepMax how long a copy of data may take
 * @param leavingMax how long a store that is about to stop is relieved of leaders
 * @param proposalMax how long a command may wait for the log
 * @param idWindow ids taken from the log at once
 * @param checkerOperatorsMax operators of the checkers that run at the same time
 * @param addsPerStoreMax replicas that are copied to one store at the same time
 * @param consistencyEvery pause between two regions whose replicas are compared, one after the other in key order; zero for never
 * @param openProposalsMax commands on their way through the log; beyond it requests are refused
 * @param inboxItemsMax frames that wait for the agent; beyond it links are closed
 */
public record PlacementOptions(
        int replicasMax,
        Duration disconnectedAfter,
        Duration downAfter,
        Duration regionSilenceMax,
        Duration commandRepeat,
        Duration checkEvery,
        Duration fastStepMax,
        Duration slowStepMax,
        Duration leavingMax,
        Duration proposalMax,
        int idWindow,
        int checkerOperatorsMax,
        int addsPerStoreMax,
        Duration consistencyEvery,
        int openProposalsMax,
        int inboxItemsMax) {

    public PlacementOptions {
        require(replicasMax >= 1 && replicasMax <= 9, "replicasMax must be 1 to 9, not " + replicasMax);
        require(
                downAfter.compareTo(disconnectedAfter) > 0,
                "downAfter (" + downAfter + ") must be longer than disconnectedAfter (" + disconnectedAfter + ")");
        require(!disconnectedAfter.isNegative() && !disconnectedAfter.isZero(), "disconnectedAfter must be positive");
        require(!regionSilenceMax.isNegative() && !regionSilenceMax.isZero(), "regionSilenceMax must be positive");
        require(!commandRepeat.isNegative() && !commandRepeat.isZero(), "commandRepeat must be positive");
        require(!checkEvery.isNegative() && !checkEvery.isZero(), "checkEvery must be positive");
        require(idWindow >= 16 && idWindow <= 100_000, "idWindow must be 16 to 100000, not " + idWindow);
        require(checkerOperatorsMax > 0 && addsPerStoreMax > 0, "limits of operators must be positive");
        require(!consistencyEvery.isNegative(), "consistencyEvery must not be negative; zero for never");
        require(openProposalsMax > 0 && inboxItemsMax >= 16, "the inbox must hold at least 16 items");
    }

    public static PlacementOptions defaults() {
        return new PlacementOptions(
                3,
                Duration.ofSeconds(10),
                Duration.ofMinutes(10),
                Duration.ofSeconds(35),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                1_000,
                64,
                4,
                Duration.ofMinutes(1),
                4_096,
                16_384);
    }

    public PlacementOptions withReplicasMax(int replicas) {
        return new PlacementOptions(
                replicas,
                disconnectedAfter,
                downAfter,
                regionSilenceMax,
                commandRepeat,
                checkEvery,
                fastStepMax,
                slowStepMax,
                leavingMax,
                proposalMax,
                idWindow,
                checkerOperatorsMax,
                addsPerStoreMax,
                consistencyEvery,
                openProposalsMax,
                inboxItemsMax);
    }

    public PlacementOptions withStoreAges(Duration disconnected, Duration down) {
        return new PlacementOptions(
                replicasMax,
                disconnected,
                down,
                regionSilenceMax,
                commandRepeat,
                checkEvery,
                fastStepMax,
                slowStepMax,
                leavingMax,
                proposalMax,
                idWindow,
                checkerOperatorsMax,
                addsPerStoreMax,
                consistencyEvery,
                openProposalsMax,
                inboxItemsMax);
    }

    public PlacementOptions withConsistencyEvery(Duration pause) {
        return new PlacementOptions(
                replicasMax,
                disconnectedAfter,
                downAfter,
                regionSilenceMax,
                commandRepeat,
                checkEvery,
                fastStepMax,
                slowStepMax,
                leavingMax,
                proposalMax,
                idWindow,
                checkerOperatorsMax,
                addsPerStoreMax,
                pause,
                openProposalsMax,
                inboxItemsMax);
    }

    public PlacementOptions withAddsPerStoreMax(int adds) {
        return new PlacementOptions(
                replicasMax,
                disconnectedAfter,
                downAfter,
                regionSilenceMax,
                commandRepeat,
                checkEvery,
                fastStepMax,
                slowStepMax,
                leavingMax,
                proposalMax,
                idWindow,
                checkerOperatorsMax,
                adds,
                consistencyEvery,
                openProposalsMax,
                inboxItemsMax);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
