package dev.cleave.placement.ctl.output;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** Guesses what somebody meant who mistyped a word. */
public final class NearMatch {
    private static final int EDITS_MAX = 3;

    private NearMatch() {}

    /** A question to put behind an error message; names all words if none is near. */
    public static String hint(String word, Set<String> known) {
        return nearest(word, known)
                .map(near -> " (did you mean " + near + "?)")
                .orElseGet(() -> " (known are " + String.join(", ", known) + ")");
    }

    /** The word that was probably meant, if one is near. */
    public static Optional<String> nearest(String word, Set<String> known) {
        return known.stream()
                .filter(other -> edits(word, other) <= Math.min(EDITS_MAX, other.length() / 2))
                .min(Comparator.<String>comparingInt(other -> edits(word, other))
                        .thenComparing(other -> other));
    }

    /** Letters to insert, delete or replace to get from one word to the other. */
    static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
