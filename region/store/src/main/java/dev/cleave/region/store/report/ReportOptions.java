package dev.cleave.region.store.report;

/**
 * How often a store reports, and how long it waits for answers.
 *
 * @param storeNanos between heartbeats of the store
 * @param regionNanos between full reports of all regions led here
 * @param answerNanos how long an answer may take before the question is asked again
 * @param orderNanos how long an order of the placement driver may take to be appended
 */
public record ReportOptions(long storeNanos, long regionNanos, long answerNanos, long orderNanos) {
    public ReportOptions {
        if (storeNanos <= 0 || regionNanos <= 0 || answerNanos <= 0 || orderNanos <= 0) {
            throw new IllegalArgumentException("intervals and deadlines of reports are positive");
        }
    }

    public static ReportOptions defaults() {
        return new ReportOptions(3_000_000_000L, 10_000_000_000L, 5_000_000_000L, 5_000_000_000L);
    }
}
