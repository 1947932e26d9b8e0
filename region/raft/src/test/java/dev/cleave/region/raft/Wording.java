package dev.cleave.region.raft;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How the conversations of scripts are worded. {@code 7@6} is the entry of index 7 and term 6. */
final class Wording {
    private Wording() {}

    static String at(long index, long term) {
        return index + "@" + term;
    }

    static String ids(long[] ids) {
        return Arrays.stream(ids).mapToObj(Long::toString).collect(Collectors.joining(" "));
    }

    static String entry(Entry entry) {
        String what = switch (entry.type()) {
            case EntryType.NOOP -> "no-op";
            case EntryType.CONF_CHANGE -> change(ConfChange.decode(java.nio.ByteBuffer.wrap(entry.payload())));
            default -> text(entry.payload());
        };
        return at(entry.index(), entry.term()) + " " + what;
    }

    private static String text(byte[] payload) {
        return payload.length > 20
                ? payload.length + " bytes"
                : "'" + new String(payload, java.nio.charset.StandardCharsets.UTF_8) + "'";
    }

    static String change(ConfChange change) {
        if (change.isLeave()) {
            return "leave joint";
        }
        return "change "
                + change.steps().stream()
                        .map(step -> switch (step.op()) {
                                    case ADD_VOTER -> "+";
                                    case ADD_LEARNER -> "~";
                                    case REMOVE -> "-";
                                }
                                + step.replicaId())
                        .collect(Collectors.joining(" "));
    }

    static String membership(Membership m) {
        if (m.isEmpty()) {
            return "no members";
        }
        return "voters " + ids(m.voters())
                + (m.isJoint() ? ", outgoing " + ids(m.outgoing()) : "")
                + (m.learners().length > 0 ? ", learners " + ids(m.learners()) : "")
                + (m.learnersNext().length > 0 ? ", learners next " + ids(m.learnersNext()) : "");
    }

    static String letter(Letter letter) {
        RaftMessage m = letter.message();
        return m.from + ">" + m.to + " " + body(letter, m);
    }

    private static String body(Letter letter, RaftMessage m) {
        String answer = m.reject ? "no" : "yes";
        String commit = "commit " + at(m.commit, m.commitTerm);
        return switch (m.type) {
            case PRE_VOTE -> "pre-vote for term " + m.term + "? log ends " + at(m.index, m.logTerm) + ", " + commit;
            case VOTE ->
                "vote for term " + m.term + "? log ends " + at(m.index, m.logTerm) + ", " + commit
                        + (m.isTransfer ? ", by hand-over" : "");
            case PRE_VOTE_REPLY -> "pre-vote " + answer + ", term " + m.term + (m.reject ? ", " + commit : "");
            case VOTE_REPLY -> "vote " + answer + ", term " + m.term + (m.reject ? ", " + commit : "");
            case APPEND ->
                "append term " + m.term + ": " + entries(letter) + " after " + at(m.index, m.logTerm) + ", commit "
                        + m.commit;
            case APPEND_REPLY ->
                m.reject
                        ? "does not hold " + m.index + ", perhaps " + at(m.hintIndex, m.hintTerm) + ", term " + m.term
                        : "holds " + m.index + ", term " + m.term;
            case HEARTBEAT ->
                "beat term " + m.term + ", commit " + m.commit + ", round " + m.token + (m.isSleep ? ", sleep" : "");
            case HEARTBEAT_REPLY ->
                "alive, term " + m.term + (m.token > 0 ? ", round " + m.token : "") + (m.isSleep ? ", asleep" : "");
            case SNAPSHOT ->
                "snapshot term " + m.term + ": up to " + at(m.index, m.logTerm) + ", " + membership(m.membership);
            case TIMEOUT_NOW -> "take over, term " + m.term;
            case WAKE -> "I am awake, term " + m.term;
        };
    }

    static String progress(Progress peer) {
        String feed = peer.feed.name().toLowerCase(java.util.Locale.ROOT);
        return feed + ", match " + peer.match + ", next " + peer.next
                + (peer.isPaused ? ", paused" : "")
                + (peer.inflights.count() > 0
                        ? ", in flight " + peer.inflights.count() + (peer.inflights.isFull() ? " (full)" : "")
                        : "");
    }

    private static String entries(Letter letter) {
        if (letter.entries().length == 0) {
            return "nothing";
        }
        return Arrays.stream(letter.entries()).map(Wording::entry).collect(Collectors.joining(", "));
    }
}
