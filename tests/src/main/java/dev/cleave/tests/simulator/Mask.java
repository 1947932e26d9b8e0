package dev.cleave.tests.simulator;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which acts of the nemesis a run carries out: all of them, or only those that are needed to see a failure. Acts are known by their number; each draws
 * from a source of chance of its own, so that the others stay what they are.
 *
 * @param acts numbers of the acts that are carried out; null means all
 * @param hasDeaths whether stores may die at moments inside a step
 * @param hasLags whether engines of new leaders may lag
 * @param hasAbsent whether a minority of stores may stay away when the trouble has ended
 */
record Mask(@Nullable SortedSet<Integer> acts, boolean hasDeaths, boolean hasLags, boolean hasAbsent) {
    static final Mask ALL = new Mask(null, true, true, true);

    private static final String DEATHS = "deaths";
    private static final String LAGS = "lags";
    private static final String ABSENT = "absent";
    private static final String NONE = "none";

    boolean has(int act) {
        return acts == null || acts.contains(act);
    }

    Mask withActs(Collection<Integer> kept) {
        return new Mask(new TreeSet<>(kept), hasDeaths, hasLags, hasAbsent);
    }

    Mask withDeaths(boolean deaths) {
        return new Mask(acts, deaths, hasLags, hasAbsent);
    }

    Mask withLags(boolean lags) {
        return new Mask(acts, hasDeaths, lags, hasAbsent);
    }

    Mask withAbsent(boolean absent) {
        return new Mask(acts, hasDeaths, hasLags, absent);
    }

    boolean isAll() {
        return acts == null && hasDeaths && hasLags && hasAbsent;
    }

    /** Reads what {@link #toString} writes: numbers and words with commas between. */
    static Mask parse(String text) {
        if (text.equals("all")) {
            return ALL;
        }
        Mask mask = new Mask(new TreeSet<>(), false, false, false);
        for (String part : text.split(",", -1)) {
            mask = switch (part) {
                case DEATHS -> mask.withDeaths(true);
                case LAGS -> mask.withLags(true);
                case ABSENT -> mask.withAbsent(true);
                case NONE -> mask;
                default -> mask.with(number(part));
            };
        }
        return mask;
    }

    private static int number(String part) {
        try {
            return Integer.parseInt(part);
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException("'" + part + "' is neither the number of an act, nor " + DEATHS + ", "
                    + LAGS + ", " + ABSENT + ", " + NONE);
        }
    }

    private Mask with(int act) {
        SortedSet<Integer> more = new TreeSet<>(acts == null ? new TreeSet<>() : acts);
        more.add(act);
        return withActs(more);
    }

    @Override
    public String toString() {
        if (isAll()) {
            return "all";
        }
        StringBuilder text = new StringBuilder();
        if (acts != null) {
            acts.forEach(act -> text.append(',').append(act));
        }
        text.append(hasDeaths ? "," + DEATHS : "")
                .append(hasLags ? "," + LAGS : "")
                .append(hasAbsent ? "," + ABSENT : "");
        return text.isEmpty() ? NONE : text.substring(1);
    }
}
