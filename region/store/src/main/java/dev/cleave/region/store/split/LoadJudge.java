package dev.cleave.region.store.split;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where to divide a region that is asked too often, judged from a sample of its requests. A key that takes most of them by itself cannot be halved: it is put into
 * a region of its own, so that its neighbours are rid of it. Otherwise the key that balances best. Pure.
 *
 * @param keys where to divide, in order; empty if the requests show no place
 * @param text for the log
 */
public record LoadJudge(Kind kind, List<Key> keys, String text) {
    /** More than this share of difference between left and right is no balance. */
    private static final double UNBALANCED = 0.3;
    /** More than this share of requests that would meet both sides makes a split a loss. */
    private static final double CROSSING = 0.5;

    private static final int SAMPLES_MIN = 16;

    /** What the sample shows. */
    public enum Kind {
        /** A key that halves the load. */
        BALANCED,
        /** One key takes most of it, and can be isolated. */
        HOT_KEY,
        /** One key takes most of it and is alone in the region already: nothing can be done here. */
        HOT_KEY_ALONE,
        /** No key balances: divide by what the region holds instead. */
        UNCLEAR
    }

    static LoadJudge of(KeyRange range, List<LoadSample> samples) {
        if (samples.size() < SAMPLES_MIN) {
            return new LoadJudge(Kind.UNCLEAR, List.of(), "only " + samples.size() + " samples");
        }
        Map<Key, Integer> points = new TreeMap<>();
        samples.stream()
                .filter(sample -> sample.end() == null)
                .forEach(sample -> points.merge(sample.start(), 1, Integer::sum));
        for (Map.Entry<Key, Integer> point : points.entrySet()) {
            if (point.getValue() * 2 > samples.size()) {
                return hot(range, point.getKey(), point.getValue() * 100 / samples.size());
            }
        }
        return balanced(range, samples);
    }

    private static LoadJudge hot(KeyRange range, Key key, int percent) {
        Key next = Key.own(Arrays.copyOf(key.bytes(), key.length() + 1));
        List<Key> keys = List.of(key, next).stream()
                .filter(at -> range.contains(at) && at.compareTo(range.startInclusive()) > 0)
                .toList();
        String text = "key " + key + " takes " + percent + " % of the requests";
        return keys.isEmpty()
                ? new LoadJudge(Kind.HOT_KEY_ALONE, keys, text + " and is alone in its region")
                : new LoadJudge(Kind.HOT_KEY, keys, text);
    }

    private static LoadJudge balanced(KeyRange range, List<LoadSample> samples) {
        TreeSet<Key> candidates = new TreeSet<>();
        for (LoadSample sample : samples) {
            candidates.add(sample.start());
            if (sample.end() != null && !sample.end().isEmpty()) {
                candidates.add(sample.end());
            }
        }
        Key best = null;
        double bestScore = Double.MAX_VALUE;
        for (Key key : candidates) {
            if (!range.contains(key) || key.compareTo(range.startInclusive()) <= 0) {
                continue;
            }
            long left = samples.stream().filter(sample -> sample.isLeftOf(key)).count();
            long right =
                    samples.stream().filter(sample -> sample.isRightOf(key)).count();
            double unbalance = (double) Math.abs(left - right) / Math.max(1, left + right);
            double crossing = 1 - (double) (left + right) / samples.size();
            boolean isGood = unbalance <= UNBALANCED && crossing <= CROSSING;
            double score = unbalance + crossing;
            if (isGood && score < bestScore) {
                best = key;
                bestScore = score;
            }
        }
        return best == null
                ? new LoadJudge(Kind.UNCLEAR, List.of(), "no key of " + candidates.size() + " balances the requests")
                : new LoadJudge(Kind.BALANCED, List.of(best), "key " + best + " balances the requests");
    }
}
