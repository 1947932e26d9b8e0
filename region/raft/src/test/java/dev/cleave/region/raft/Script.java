package dev.cleave.region.raft;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A group on the bench, driven by the words of a script; {@link #run} answers one command with the lines that it caused.
 * Nothing happens unless a command says so: messages lie in the {@link #mail} until they are delivered or lost, writes wait for
 * their force, ranges wait to be applied. Logs start behind (5, 5). The words are listed in {@code scripts/README.md}.
 */
final class Script {
    private static final long MS = ScriptNode.MS;
    private static final long FIRST = 5;

    private final Checks checks = new Checks();
    private final TreeMap<Long, ScriptNode> nodes = new TreeMap<>();
    private final List<Letter> mail = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private RaftConfig config = RaftConfig.defaults().withCommitNews(0);
    private Membership members = Membership.EMPTY;
    private boolean isQuiet;

    /** Several commands of one line are parted by semicolons. */
    List<String> run(String line) {
        said.clear();
        for (String command : line.split(";")) {
            obey(command);
        }
        return said.isEmpty() ? List.of("ok") : List.copyOf(said);
    }

    private void obey(String command) {
        isQuiet = false;
        List<String> words = new ArrayList<>(Arrays.asList(command.trim().split("\\s+")));
        if (words.remove("quietly")) {
            isQuiet = true;
        }
        Words rest = new Words(words.subList(1, words.size()));
        switch (words.get(0)) {
            case "bounds" -> bounds(rest);
            case "group" -> group(rest);
            case "replica" -> replica(rest);
            case "timeout" -> node(rest).timeoutNanos = rest.millis() * MS;
            case "pass" -> pass(rest);
            case "campaign" -> campaign(rest);
            case "propose" -> propose(rest);
            case "change" -> change(rest);
            case "read" -> read(rest);
            case "transfer" -> transfer(rest);
            case "forget-leader" -> forgetLeader(rest);
            case "collect" -> collect(rest);
            case "force" -> force(rest);
            case "apply" -> apply(rest);
            case "deliver" -> deliver(rest, true, false);
            case "repeat" -> deliver(rest, true, true);
            case "lose" -> deliver(rest, false, false);
            case "settle" -> settle(rest.idsOr(nodes.keySet()));
            case "compact" -> node(rest).compact(rest.number());
            case "snapshot" -> node(rest).sendSnapshot(rest.number());
            case "report" -> report(rest);
            case "install" -> install(node(rest));
            case "refuse" -> node(rest).raft.snapshotRefused();
            case "unreachable" -> node(rest).raft.reportUnreachable(rest.number());
            case "crash" -> node(rest).crash();
            case "restart" -> restart(rest);
            case "state" -> rest.idsOr(nodes.keySet()).forEach(id -> say(id + " " + at(id).state()));
            case "log" -> log(rest);
            case "progress" -> progress(rest);
            case "members" -> say(Wording.membership(members = membership(rest)));
            case "then" -> then(rest);
            case "tally" -> say(String.valueOf(tally(rest)).toLowerCase(Locale.ROOT));
            case "agreed" -> say(agreed(rest));
            case "mail" -> mail.forEach(letter -> say(Wording.letter(letter)));
            default -> throw new IllegalArgumentException("no such command: " + command);
        }
        rest.end();
    }

    private void say(String line) {
        if (!isQuiet) {
            said.add(line);
        }
    }

    private ScriptNode at(long id) {
        ScriptNode node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("there is no replica " + id);
        }
        return node;
    }

    private ScriptNode node(Words words) {
        return at(words.number());
    }

    // ---- the group ----

    private void bounds(Words words) {
        RaftConfig d = config;
        int append = d.appendBytesMax();
        int messages = d.inflightMessagesMax();
        int bytes = d.inflightBytesMax();
        long uncommitted = d.uncommittedBytesMax();
        int apply = d.applyBytesMax();
        while (words.hasMore()) {
            String what = words.word();
            int value = (int) words.number();
            switch (what) {
                case "append-bytes" -> append = value;
                case "inflight-messages" -> messages = value;
                case "inflight-bytes" -> bytes = value;
                case "uncommitted-bytes" -> uncommitted = value;
                case "apply-bytes" -> apply = value;
                default -> throw new IllegalArgumentException("no such bound: " + what);
            }
        }
        config = new RaftConfig(
                d.heartbeatNanos(),
                d.electionMinNanos(),
                d.electionMaxNanos(),
                append,
                messages,
                bytes,
                uncommitted,
                apply);
    }

    private void group(Words words) {
        long[] voters = words.ids();
        long[] learners = words.take("learners") ? words.ids() : new long[0];
        Membership membership = new Membership(voters, new long[0], learners, new long[0], false);
        for (long id : membership.replicas()) {
            ScriptNode node = add(id);
            node.disk.reset(new Machine(FIRST, FIRST, 1, membership), new HardState(FIRST, 0, FIRST));
            node.start(node.clock - 2000 * MS);
        }
    }

    private ScriptNode add(long id) {
        ScriptNode node = new ScriptNode(id, config, checks, this::say, this::send);
        nodes.put(id, node);
        return node;
    }

    /** {@code replica 4}: one that belongs to nothing yet. {@code replica 2 term 7 vote 1 commit 6 log 6 6 7}: a life before. */
    private void replica(Words words) {
        long id = words.number();
        if (!words.hasMore()) {
            add(id).start(0);
            return;
        }
        ScriptNode node = at(id);
        long term = words.take("term") ? words.number() : FIRST;
        long vote = words.take("vote") ? words.number() : 0;
        long commit = words.take("commit") ? words.number() : FIRST;
        node.disk.reset(node.disk.flushed, new HardState(term, vote, commit));
        long[] terms = words.take("log") ? words.ids() : new long[0];
        for (int i = 0; i < terms.length; i++) {
            byte[] text = ("of term " + terms[i]).getBytes(StandardCharsets.UTF_8);
            node.disk.log.add(new Entry(FIRST + 1 + i, terms[i], EntryType.COMMAND, text));
        }
        node.start(node.clock - 2000 * MS);
    }

    private void restart(Words words) {
        ScriptNode node = node(words);
        node.start(words.take("later") ? node.clock - 2000 * MS : node.clock);
    }

    // ---- inputs ----

    private void pass(Words words) {
        long nanos = words.millis() * MS;
        for (long id : words.idsOr(nodes.keySet())) {
            at(id).pass(nanos);
        }
    }

    private void campaign(Words words) {
        ScriptNode node = node(words);
        node.raft.campaign(words.take("forced"), node.clock);
        if (!node.raft.hasReady()) {
            say(node.id + " may not campaign");
        }
    }

    private void propose(Words words) {
        ScriptNode node = node(words);
        while (words.hasMore()) {
            String text = words.word();
            byte[] payload = text.matches("\\d+bytes")
                    ? "x".repeat(Integer.parseInt(text.replace("bytes", ""))).getBytes(StandardCharsets.UTF_8)
                    : text.getBytes(StandardCharsets.UTF_8);
            answer(node, "'" + text + "'", node.propose(EntryType.COMMAND, payload));
        }
    }

    private void change(Words words) {
        ScriptNode node = node(words);
        ConfChange change = confChange(words);
        answer(node, Wording.change(change), node.propose(EntryType.CONF_CHANGE, change.encode()));
    }

    private static ConfChange confChange(Words words) {
        List<ConfChange.Step> steps = new ArrayList<>();
        boolean isLeave = words.take("leave");
        while (words.hasMore()) {
            String step = words.word();
            ConfChange.Op op = switch (step.charAt(0)) {
                case '+' -> ConfChange.Op.ADD_VOTER;
                case '~' -> ConfChange.Op.ADD_LEARNER;
                case '-' -> ConfChange.Op.REMOVE;
                default -> throw new IllegalArgumentException("a step begins with +, ~ or -: " + step);
            };
            steps.add(new ConfChange.Step(op, Long.parseLong(step.substring(1))));
        }
        return isLeave ? ConfChange.leaveJoint() : new ConfChange(steps, new byte[0]);
    }

    private void answer(ScriptNode node, String what, long index) {
        String why = index > 0
                ? "takes " + what + " as " + index
                : "refuses " + what + ": "
                        + switch ((int) index) {
                            case (int) Raft.NOT_LEADER -> "not leader";
                            case (int) Raft.TRANSFERRING -> "hands over";
                            case (int) Raft.BUSY -> "busy";
                            default -> "a change may be under way";
                        };
        say(node.id + " " + why);
    }

    private void read(Words words) {
        ScriptNode node = node(words);
        long token = words.number();
        say(node.id + (node.raft.readIndex(token, node.clock) ? " takes read " : " refuses read ") + token);
    }

    private void transfer(Words words) {
        ScriptNode node = node(words);
        long to = words.number();
        say(node.id + (node.raft.transferLeader(to, node.clock) ? " hands over to " : " does not hand over to ") + to);
    }

    private void install(ScriptNode node) {
        if (node.raft.installing() == 0) {
            throw new IllegalArgumentException(node.id + " has no snapshot to install");
        }
        node.install();
    }

    private void forgetLeader(Words words) {
        ScriptNode node = node(words);
        node.raft.forgetLeader(node.clock);
    }

    private void report(Words words) {
        ScriptNode node = node(words);
        long to = words.number();
        boolean isOk = words.word().equals("ok");
        node.raft.reportSnapshot(to, isOk, node.machine.applied());
    }

    // ---- steps of the hosts ----

    private void collect(Words words) {
        for (long id : words.idsOr(nodes.keySet())) {
            while (at(id).isUp && at(id).raft.hasReady()) {
                at(id).collect();
            }
        }
    }

    private void force(Words words) {
        ScriptNode node = node(words);
        long count = words.hasMore() ? words.number() : node.disk.unforced.size();
        for (long i = 0; i < count; i++) {
            node.force();
        }
    }

    private void apply(Words words) {
        ScriptNode node = node(words);
        while (!node.applies.isEmpty()) {
            node.apply();
        }
    }

    private void send(Letter letter) {
        mail.add(letter);
        say("  " + Wording.letter(letter));
    }

    /** {@code deliver 2 3 from 1 kind append after 1 first 2}: each part narrows what is meant; without ids all mail is. */
    private void deliver(Words words, boolean isDelivered, boolean isKept) {
        List<Long> to = words.idsOr(nodes.keySet());
        Predicate<Letter> which = letter -> to.contains(letter.message().to);
        long skipped = 0;
        long count = Long.MAX_VALUE;
        while (words.hasMore()) {
            switch (words.word()) {
                case "from" -> {
                    long from = words.number();
                    which = which.and(letter -> letter.message().from == from);
                }
                case "kind" -> {
                    String kind = words.word().toUpperCase(Locale.ROOT).replace('-', '_');
                    which = which.and(letter -> letter.message().type == RaftMessage.Type.valueOf(kind));
                }
                case "after" -> skipped = words.number();
                case "first" -> count = words.number();
                default -> throw new IllegalArgumentException("say from, kind, after or first");
            }
        }
        List<Letter> some =
                mail.stream().filter(which).skip(skipped).limit(count).toList();
        if (!isKept) {
            some.forEach(this::takeOut);
        }
        for (Letter letter : some) {
            say((isDelivered ? "" : "lost: ") + Wording.letter(letter));
            if (isDelivered) {
                at(letter.message().to).receive(letter);
            }
        }
        if (some.isEmpty()) {
            say("nothing");
        }
    }

    private void takeOut(Letter letter) {
        for (Iterator<Letter> all = mail.iterator(); all.hasNext(); ) {
            if (all.next() == letter) {
                all.remove();
                return;
            }
        }
    }

    /** All hosts named do all they can, until nothing is left to do; mail to or from others stays where it is. */
    private void settle(Iterable<Long> ids) {
        for (int round = 0; round < 200; round++) {
            boolean isBusy = false;
            for (long id : ids) {
                isBusy |= work(at(id));
            }
            for (Letter letter : List.copyOf(mail)) {
                if (isAmong(ids, letter.message().to) && isAmong(ids, letter.message().from)) {
                    takeOut(letter);
                    isBusy = true;
                    at(letter.message().to).receive(letter);
                }
            }
            if (!isBusy) {
                return;
            }
        }
        throw new AssertionError("never settles");
    }

    private static boolean isAmong(Iterable<Long> ids, long id) {
        for (long some : ids) {
            if (some == id) {
                return true;
            }
        }
        return false;
    }

    private boolean work(ScriptNode node) {
        if (node.isIdle()) {
            return false;
        }
        while (node.raft.hasReady()) {
            node.collect();
        }
        while (!node.disk.unforced.isEmpty()) {
            node.force();
        }
        while (!node.applies.isEmpty()) {
            node.apply();
        }
        if (node.raft.installing() != 0) {
            node.install();
        }
        for (long to : List.copyOf(node.snapshotsWanted)) {
            node.sendSnapshot(to);
            node.raft.reportSnapshot(to, true, node.machine.applied());
        }
        return true;
    }

    // ---- looking ----

    private void log(Words words) {
        ScriptNode node = node(words);
        say("starts behind " + Wording.at(node.raft.firstIndex() - 1, node.raft.termAt(node.raft.firstIndex() - 1)));
        for (long i = node.raft.firstIndex(); i <= node.raft.lastIndex(); i++) {
            say(Wording.entry(node.entries.get(i)));
        }
    }

    private void progress(Words words) {
        ScriptNode node = node(words);
        for (long id : node.raft.membership().replicas()) {
            Progress peer = node.raft.s.tracker.find(id);
            if (peer != null && id != node.id) {
                say(id + " " + Wording.progress(peer));
            }
        }
    }

    // ---- tables ----

    private static Membership membership(Words words) {
        long[] voters = words.ids();
        long[] outgoing = words.take("outgoing") ? words.ids() : new long[0];
        long[] learners = words.take("learners") ? words.ids() : new long[0];
        long[] learnersNext = words.take("learners-next") ? words.ids() : new long[0];
        return new Membership(voters, outgoing, learners, learnersNext, outgoing.length > 0);
    }

    private void then(Words words) {
        try {
            members = members.apply(confChange(words));
            say(Wording.membership(members));
        } catch (IllegalArgumentException illegal) {
            say("refused: " + illegal.getMessage());
        }
    }

    /** {@code tally yes 1 2 no 3} among the members. */
    private Quorum.Tally tally(Words words) {
        Votes votes = new Votes();
        for (String answer : List.of("yes", "no")) {
            if (words.take(answer)) {
                for (long id : words.ids()) {
                    votes.record(id, answer.equals("yes"));
                }
            }
        }
        return votes.tally(members);
    }

    /** {@code agreed 1:10 2:12}: what a quorum of the members holds; who is not named holds nothing. */
    private String agreed(Words words) {
        Tracker tracker = new Tracker(config);
        tracker.follow(members, 1, 0);
        while (words.hasMore()) {
            String[] part = words.word().split(":");
            Progress peer = tracker.find(Long.parseLong(part[0]));
            if (peer != null) {
                peer.match = Long.parseLong(part[1]);
            }
        }
        return Long.toString(tracker.agreedMatch());
    }

    /** What is left of a command. */
    private static final class Words {
        private final List<String> rest;

        Words(List<String> rest) {
            this.rest = new ArrayList<>(rest);
        }

        boolean hasMore() {
            return !rest.isEmpty();
        }

        String word() {
            if (rest.isEmpty()) {
                throw new IllegalArgumentException("a word is missing");
            }
            return rest.remove(0);
        }

        boolean take(String word) {
            if (hasMore() && rest.get(0).equals(word)) {
                rest.remove(0);
                return true;
            }
            return false;
        }

        long number() {
            return Long.parseLong(word());
        }

        long millis() {
            return Long.parseLong(word().replace("ms", ""));
        }

        long[] ids() {
            List<Long> ids = new ArrayList<>();
            while (hasMore() && rest.get(0).matches("\\d+")) {
                ids.add(number());
            }
            return ids.stream().mapToLong(Long::longValue).toArray();
        }

        List<Long> idsOr(Iterable<Long> all) {
            List<Long> ids = new ArrayList<>();
            for (long id : ids()) {
                ids.add(id);
            }
            if (ids.isEmpty()) {
                all.forEach(ids::add);
            }
            return ids;
        }

        void end() {
            if (hasMore()) {
                throw new IllegalArgumentException("not understood: " + rest);
            }
        }

        @Override
        public String toString() {
            return rest.toString();
        }
    }
}
