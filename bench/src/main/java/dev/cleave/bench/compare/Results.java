package dev.cleave.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was found so far in one {@link Block}, in the order in which it was found. */
final class Results {
    private final Map<Subject, Map<Cell, List<Figures>>> passes = new LinkedHashMap<>();
    private final Map<Subject, String> absent = new LinkedHashMap<>();
    private final Map<String, String> about = new LinkedHashMap<>();
    private final Map<String, Map<String, Long>> memory = new LinkedHashMap<>();
    private final Map<String, Integer> regions = new LinkedHashMap<>();

    void add(Subject subject, Cell cell, Figures figures) {
        passes.computeIfAbsent(subject, any -> new LinkedHashMap<>())
                .computeIfAbsent(cell, any -> new ArrayList<>())
                .add(figures);
    }

    void absent(Subject subject, String why) {
        absent.put(subject, why);
    }

    void about(String peer, String words) {
        about.put(peer, words);
    }

    void memory(String servers, Map<String, Long> peaks) {
        memory.put(servers, peaks);
    }

    void regions(String servers, int count) {
        regions.put(servers, count);
    }

    List<Subject> subjects() {
        return List.copyOf(passes.keySet());
    }

    Map<Subject, String> absent() {
        return absent;
    }

    Map<String, String> about() {
        return about;
    }

    /** Peak of each server of each group, in MiB. */
    Map<String, Map<String, Long>> memory() {
        return memory;
    }

    /** How many Regions the servers of each group had at last. */
    Map<String, Integer> regions() {
        return regions;
    }

    Optional<Figures> median(Subject subject, Cell cell) {
        return Optional.ofNullable(passes.getOrDefault(subject, Map.of()).get(cell))
                .map(Figures::median);
    }

    List<Figures> passes(Subject subject, Cell cell) {
        return passes.getOrDefault(subject, Map.of()).getOrDefault(cell, List.of());
    }
}
