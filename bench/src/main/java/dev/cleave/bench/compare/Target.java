package dev.cleave.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.Function;

/**
 * One thing that Cleave wants to reach.
 *
 * @param subjects whose figures it takes; those of one {@link Block} alone are compared
 * @param figure what is judged, of one block; empty if that block cannot tell
 */
record Target(
        String name,
        String wanted,
        String unit,
        List<Subject> subjects,
        Function<Results, Optional<Double>> figure,
        DoublePredicate isMet) {

    /** Its line: the figure of each block that can tell, met if it is met in all of them. Empty if none can. */
    Optional<String> judged(List<Results> blocks) {
        List<Double> figures = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            Optional<Double> found = figure.apply(blocks.get(i));
            if (found.isPresent()) {
                figures.add(found.get());
                String where = blocks.size() == 1 ? "" : " in block " + (i + 1);
                words.add(String.format(Locale.ROOT, "%.2f %s%s", found.get(), unit, where));
            }
        }
        boolean isMetInAll = figures.stream().allMatch(isMet::test);
        return figures.isEmpty()
                ? Optional.empty()
                : Optional.of(words(name, wanted, String.join(", ", words), isMetInAll));
    }

    static String words(String name, String wanted, String found, boolean isMet) {
        return String.format(Locale.ROOT, "%-7s  %-42s  %-32s  %s", isMet ? "met" : "NOT MET", name, wanted, found);
    }
}
