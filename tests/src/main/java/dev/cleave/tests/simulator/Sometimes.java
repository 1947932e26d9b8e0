package dev.cleave.tests.simulator;

import java.util.List;
import java.util.Map;

/**
 * Paths that are rare outside, and that a batch of seeds must have taken: a batch that never takes a path proves nothing about it. What is counted but
 * not named here may happen or not.
 *
 * @param path the name it is counted under
 * @param virtualSeconds a batch of that many seconds of trouble in all must have taken it
 */
record Sometimes(String path, long virtualSeconds, String meaning) {
    private static final long SOON = 1_200;
    private static final long LATE = 6_000;

    static final List<Sometimes> ALL = List.of(
            new Sometimes(
                    "born-before-its-split", SOON, "a child's first message came before its parent was divided here"),
            new Sometimes("learner-promoted", SOON, "a learner became a voter"),
            new Sometimes("learner-promoted-behind", LATE, "a learner became a voter before it had all entries"),
            new Sometimes("log-conflict-truncated", SOON, "a follower's entries were replaced by a leader's"),
            new Sometimes(
                    "log-conflict-truncated-across-a-roll", LATE, "such entries lay in an earlier segment of the log"),
            new Sometimes(
                    "log-of-unborn-kept", SOON, "a start found the log of a child whose split was not durable yet"),
            new Sometimes("vote-of-unborn-kept", SOON, "a start found the vote of such a child"),
            new Sometimes("wiped-store-refused", SOON, "a store that had lost its disks was refused under its address"),
            new Sometimes(
                    "lease-lapsed-in-read", SOON, "a lease ended between the look before a read and the one after it"),
            new Sometimes("read-by-index", SOON, "a read had no lease to go by"),
            new Sometimes("read-by-lease-at-once", SOON, "a read was answered by lease on the network's thread"),
            new Sometimes("read-by-lease-later", SOON, "a read was answered by lease on a read agent"),
            new Sometimes("leader-elected-while-joint", SOON, "a leader was elected in a joint configuration"),
            new Sometimes("leader-demoted-while-joint", LATE, "a leader led through the joint change that demoted it"),
            new Sometimes("lease-ended-in-pause", SOON, "a process stood still beyond the end of a lease it held"),
            new Sometimes(
                    "split-while-snapshot-was-sent", LATE, "a region was divided while a snapshot was on its way"),
            new Sometimes("split-skipped-by-snapshot", SOON, "a snapshot carried a replica over a split"),
            new Sometimes("group-slept", SOON, "a leader and all its followers fell asleep"),
            new Sometimes("sleeper-woken-by-write", SOON, "a write woke a sleeping leader"),
            new Sometimes("sleeping-leader-deposed", LATE, "a group got another leader while the old one slept"),
            new Sometimes(
                    "event:sleepers-woken-by-silence", SOON, "followers woke because their leader's store was silent"),
            new Sometimes("event:sleepers-woken-by-restart", SOON, "followers woke because a store had started anew"),
            new Sometimes("event:sleepers-woken-by-loss", SOON, "followers woke because frames were lost"),
            new Sometimes("group-broken-by-rot", LATE, "a start gave up a replica because a bit of its log had turned"),
            new Sometimes("connection-went-astray", SOON, "a connection reached another store than it was meant for"),
            new Sometimes(
                    "frame-of-former-life-arrived", SOON, "a frame arrived when its sender had another life already"),
            new Sometimes("write-refused-on-full-disk", SOON, "a write was refused because a disk was full"),
            new Sometimes("event:install-again", SOON, "a start finished a snapshot that was being installed"),
            new Sometimes("event:log-behind-engine", SOON, "a start found the log behind the engine"),
            new Sometimes("event:replica-destroyed", SOON, "a replica and its data were destroyed"),
            new Sometimes("event:snapshot-installed", SOON, "a snapshot was installed"),
            new Sometimes("event:snapshot-refused", SOON, "a store had no room for a snapshot just then"),
            new Sometimes("event:split", SOON, "a region was split"));

    /** Those that a batch should have seen and has not. */
    static List<Sometimes> missed(Map<String, Long> counts, long virtualSeconds) {
        return ALL.stream()
                .filter(each -> virtualSeconds >= each.virtualSeconds && !counts.containsKey(each.path))
                .toList();
    }
}
