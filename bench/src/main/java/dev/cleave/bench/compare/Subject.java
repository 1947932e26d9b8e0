package dev.cleave.bench.compare;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A row of the comparison: a peer and how it is set. Written as {@code rheakv-8-plain}: eight Regions, and a client that sends every put by itself.
 *
 * @param regions into how many Regions the keys are divided, where there are Regions
 * @param reads what makes reads linearizable
 * @param isPlain whether the client's gathering of several calls into one request is switched off
 */
public record Subject(String peer, int regions, Reads reads, boolean isPlain) {
    /** What makes a read linearizable. */
    public enum Reads {
        /** As the store comes. */
        DEFAULT,
        /** Each round of reads asks a quorum. */
        INDEX,
        /** The leader counts on time. */
        LEASE
    }

    public Subject {
        if (regions <= 0 || regions > 100_000) {
            throw new IllegalArgumentException("a subject has 1 to 100000 Regions, not " + regions);
        }
    }

    public static Subject parse(String name) {
        List<String> words = List.of(name.split("-"));
        Set<String> said = new HashSet<>(words.subList(1, words.size()));
        boolean isPlain = said.remove("plain");
        Reads reads = said.remove("index") ? Reads.INDEX : said.remove("lease") ? Reads.LEASE : Reads.DEFAULT;
        int regions = 1;
        for (String word : said) {
            if (!word.matches("[0-9]{1,6}")) {
                throw new IllegalArgumentException("a subject is PEER[-REGIONS][-index|-lease][-plain], not " + name);
            }
            regions = Integer.parseInt(word);
        }
        return new Subject(words.get(0), regions, reads, isPlain);
    }

    static String names(List<Subject> subjects) {
        return subjects.stream().map(Subject::name).collect(Collectors.joining(", "));
    }

    public String name() {
        return serversName() + (isPlain ? "-plain" : "");
    }

    /** Subjects that differ in their client alone share servers. */
    public String serversName() {
        String how = switch (reads) {
            case DEFAULT -> "";
            case INDEX -> "-index";
            case LEASE -> "-lease";
        };
        return peer + (regions == 1 ? "" : "-" + regions) + how;
    }

    /** Whether a row of that kind is shown: what cannot differ from another row of the same peer is not, and scans and large values are measured once. */
    boolean isWorth(Cell cell) {
        return (!isPlain || cell.kind().equals("put") || cell.kind().equals("get"))
                && (reads == Reads.DEFAULT || cell.kind().equals("get"))
                && (regions == 1 || cell.kind().equals("put") || cell.kind().equals("get"));
    }
}
