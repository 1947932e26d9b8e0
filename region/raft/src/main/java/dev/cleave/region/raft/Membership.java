package dev.cleave.region.raft;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;

/**
 * The replicas of a group and what each may do. In a joint configuration {@code outgoing} holds the voters that are being
 * replaced: then every decision needs a majority of both. Immutable; arrays are sorted and copied.
 *
 * @param voters who decides (in a joint configuration: the incoming voters)
 * @param outgoing the voters before the joint change; empty if not joint
 * @param learners who receive the log and do not vote
 * @param learnersNext outgoing voters that become learners when the joint configuration is left
 * @param autoLeave whether the leader leaves the joint configuration by itself
 */
public record Membership(long[] voters, long[] outgoing, long[] learners, long[] learnersNext, boolean autoLeave) {
    private static final long[] NONE = {};
    public static final Membership EMPTY = new Membership(NONE, NONE, NONE, NONE, false);
    /** More replicas than this in one part is surely a corrupt record. */
    public static final int REPLICAS_MAX = 256;

    public Membership {
        voters = sorted(voters, "voters");
        outgoing = sorted(outgoing, "outgoing voters");
        learners = sorted(learners, "learners");
        learnersNext = sorted(learnersNext, "next learners");
        boolean isJoint = outgoing.length > 0;
        require(voters.length > 0 || (!isJoint && learners.length == 0), "a group needs at least one voter");
        require(isJoint || !autoLeave, "only a joint configuration can be left");
        for (long id : learners) {
            require(!has(voters, id) && !has(outgoing, id), "replica " + id + " is both voter and learner");
        }
        for (long id : learnersNext) {
            require(has(outgoing, id), "replica " + id + " becomes a learner but is no outgoing voter");
            require(!has(voters, id), "replica " + id + " becomes a learner but is an incoming voter");
        }
    }

    public static Membership of(long... voters) {
        return new Membership(voters, NONE, NONE, NONE, false);
    }

    @Override
    public long[] voters() {
        return voters.clone();
    }

    @Override
    public long[] outgoing() {
        return outgoing.clone();
    }

    @Override
    public long[] learners() {
        return learners.clone();
    }

    @Override
    public long[] learnersNext() {
        return learnersNext.clone();
    }

    public boolean isJoint() {
        return outgoing.length > 0;
    }

    public boolean isEmpty() {
        return voters.length == 0;
    }

    public boolean contains(long id) {
        return isVoter(id) || has(learners, id);
    }

    /** Whether it votes now: in the incoming or the outgoing half. */
    public boolean isVoter(long id) {
        return has(voters, id) || has(outgoing, id);
    }

    /** Whether it votes once a joint configuration is left. */
    public boolean isIncomingVoter(long id) {
        return has(voters, id);
    }

    public boolean isLearner(long id) {
        return has(learners, id);
    }

    /** All replicas, sorted. */
    public long[] replicas() {
        return LongStream.of(with(with(voters, outgoing), learners))
                .sorted()
                .distinct()
                .toArray();
    }

    /**
     * The membership after {@code change}. One step that touches voters is a simple change; several make a joint
     * configuration that is left by itself.
     *
     * @throws IllegalArgumentException if the change is not legal from here, in words
     */
    public Membership apply(ConfChange change) {
        require(!isEmpty(), "an uninitialised group cannot change its members");
        if (change.isLeave()) {
            require(isJoint(), "the configuration is not joint, there is nothing to leave");
            return new Membership(voters, NONE, with(learners, learnersNext), NONE, false);
        }
        require(!isJoint(), "the configuration is joint; wait until it is left before the next change");
        return new ChangedMembers(this).apply(change);
    }

    /**
     * The membership that is left once the replicas {@code lost} are gone for good, decided by nobody: whoever still votes in either half votes on, and a joint
     * configuration is over.
     *
     * @throws IllegalArgumentException if no voter is left
     */
    public Membership without(Collection<Long> lost) {
        LongPredicate isLeft = id -> !lost.contains(id);
        long[] left =
                LongStream.of(with(voters, outgoing)).distinct().filter(isLeft).toArray();
        require(left.length > 0, "no voter is left without " + lost);
        return new Membership(left, NONE, LongStream.of(learners).filter(isLeft).toArray(), NONE, false);
    }

    static boolean has(long[] sorted, long id) {
        return Arrays.binarySearch(sorted, id) >= 0;
    }

    private static long[] with(long[] some, long[] more) {
        long[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    private static long[] sorted(long[] ids, String what) {
        require(ids.length <= REPLICAS_MAX, "a group has at most " + REPLICAS_MAX + " " + what);
        if (ids.length == 0) {
            return NONE;
        }
        long[] copy = ids.clone();
        Arrays.sort(copy);
        for (int i = 0; i < copy.length; i++) {
            require(copy[i] > 0, "replica ids are positive; among the " + what + " is " + copy[i]);
            require(i == 0 || copy[i] != copy[i - 1], "replica " + copy[i] + " is named twice among the " + what);
        }
        return copy;
    }

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Membership that
                && Arrays.equals(voters, that.voters)
                && Arrays.equals(outgoing, that.outgoing)
                && Arrays.equals(learners, that.learners)
                && Arrays.equals(learnersNext, that.learnersNext)
                && autoLeave == that.autoLeave;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(voters) + Arrays.hashCode(outgoing)) + Arrays.hashCode(learners);
    }

    @Override
    public String toString() {
        return "Membership{voters=" + Arrays.toString(voters)
                + (isJoint() ? " outgoing=" + Arrays.toString(outgoing) : "")
                + (learners.length > 0 ? " learners=" + Arrays.toString(learners) : "")
                + (learnersNext.length > 0 ? " learnersNext=" + Arrays.toString(learnersNext) : "")
                + (autoLeave ? " autoLeave" : "") + "}";
    }
}
