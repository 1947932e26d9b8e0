package dev.cleave.region.raft;

import java.util.TreeSet;
import java.util.stream.LongStream;

/** The members while the steps of one change are carried out; short-lived. */
final class ChangedMembers {
    private static final long[] NONE = {};

    private final long[] votersBefore;
    private final TreeSet<Long> voters = new TreeSet<>();
    private final TreeSet<Long> learners = new TreeSet<>();
    private final TreeSet<Long> demoted = new TreeSet<>();
    private final TreeSet<Long> touched = new TreeSet<>();
    private int voterSteps;

    ChangedMembers(Membership before) {
        votersBefore = before.voters();
        LongStream.of(votersBefore).forEach(voters::add);
        LongStream.of(before.learners()).forEach(learners::add);
    }

    Membership apply(ConfChange change) {
        for (ConfChange.Step step : change.steps()) {
            long id = step.replicaId();
            Membership.require(touched.add(id), "replica " + id + " is changed twice in one step of the group");
            switch (step.op()) {
                case ADD_VOTER -> addVoter(id);
                case ADD_LEARNER -> addLearner(id);
                case REMOVE -> remove(id);
            }
        }
        Membership.require(!voters.isEmpty(), "the last voter of a group cannot go");
        if (voterSteps <= 1) {
            learners.addAll(demoted);
            return new Membership(array(voters), NONE, array(learners), NONE, false);
        }
        return new Membership(array(voters), votersBefore, array(learners), array(demoted), true);
    }

    private void addVoter(long id) {
        Membership.require(voters.add(id), "replica " + id + " is a voter already");
        learners.remove(id);
        voterSteps++;
    }

    private void addLearner(long id) {
        Membership.require(!learners.contains(id), "replica " + id + " is a learner already");
        if (voters.remove(id)) {
            demoted.add(id);
            voterSteps++;
        } else {
            learners.add(id);
        }
    }

    private void remove(long id) {
        if (voters.remove(id)) {
            voterSteps++;
        } else {
            Membership.require(learners.remove(id), "replica " + id + " is no member of this group");
        }
    }

    private static long[] array(TreeSet<Long> ids) {
        return ids.stream().mapToLong(Long::longValue).toArray();
    }
}
