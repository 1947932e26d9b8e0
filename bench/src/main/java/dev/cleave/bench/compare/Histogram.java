package dev.cleave.bench.compare;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * A histogram of durations as a node of Cleave shows it to monitoring, all series of one name together.
 *
 * @param upTo how many took at most so many seconds
 * @param sum seconds of all
 */
record Histogram(Map<Double, Double> upTo, double sum) {
    private static final String BUCKET_END = "le=\"";

    /** From a page in the text format of Prometheus. */
    static Histogram of(String page, String name) {
        Map<Double, Double> upTo = new TreeMap<>();
        double sum = 0;
        for (String line :
                page.lines().filter(each -> each.startsWith(name + "_")).toList()) {
            double value = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            if (line.startsWith(name + "_bucket{")) {
                int end = line.indexOf(BUCKET_END) + BUCKET_END.length();
                String seconds = line.substring(end, line.indexOf('"', end));
                upTo.merge(
                        seconds.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(seconds),
                        value,
                        Double::sum);
            } else if (line.startsWith(name + "_sum")) {
                sum += value;
            }
        }
        return new Histogram(upTo, sum);
    }

    /** What was added since an earlier look at the same node. */
    Histogram since(Histogram earlier) {
        Map<Double, Double> added = new TreeMap<>();
        upTo.forEach((end, count) -> added.put(end, count - earlier.upTo.getOrDefault(end, 0.0)));
        return new Histogram(added, sum - earlier.sum);
    }

    /** Together with what another node measured, in the same buckets. */
    Histogram and(Histogram other) {
        Map<Double, Double> both = new TreeMap<>(upTo);
        other.upTo.forEach((end, count) -> both.merge(end, count, Double::sum));
        return new Histogram(both, sum + other.sum);
    }

    double count() {
        return upTo.getOrDefault(Double.POSITIVE_INFINITY, 0.0);
    }

    double meanMillis() {
        return count() == 0 ? 0 : 1e3 * sum / count();
    }

    /** As if the durations of a bucket lay evenly in it. */
    double millis(double percent) {
        double rank = count() * percent / 100;
        double begin = 0;
        double before = 0;
        for (Iterator<Map.Entry<Double, Double>> left = upTo.entrySet().iterator(); left.hasNext(); ) {
            Map.Entry<Double, Double> bucket = left.next();
            if (bucket.getValue() >= rank && bucket.getValue() > before) {
                double share = (rank - before) / (bucket.getValue() - before);
                return 1e3 * (left.hasNext() ? begin + share * (bucket.getKey() - begin) : begin);
            }
            begin = bucket.getKey();
            before = bucket.getValue();
        }
        return 0;
    }
}
