package dev.cleave.bench.compare;

import java.util.List;
import java.util.Map;

/**
 * What one load took of Cleave's three stores.
 *
 * @param before what each store told monitoring before, in order
 * @param after the same afterwards
 * @param cpu what the threads of each server used, by its name
 */
record Spent(int inFlight, Figures figures, List<String> before, List<String> after, Map<String, ThreadTimes> cpu) {
    /** Of a put. In a closed loop, what is in flight divided by the rate (Little's law). */
    double meanMillis() {
        return 1e3 * inFlight / figures.perSecond();
    }

    Histogram histogram(int store, String name) {
        return Histogram.of(after.get(store), name).since(Histogram.of(before.get(store), name));
    }

    Histogram stage(int store, String stage) {
        return histogram(store, "cleave_raft_" + stage + "_duration_seconds");
    }

    /** The store that proposed: counted from 0. */
    int leader() {
        int most = 0;
        for (int store = 1; store < before.size(); store++) {
            if (stage(store, "commit").count() > stage(most, "commit").count()) {
                most = store;
            }
        }
        return most;
    }

    Histogram followers(String stage) {
        Histogram both = new Histogram(Map.of(), 0);
        for (int store = 0; store < before.size(); store++) {
            both = store == leader() ? both : both.and(stage(store, stage));
        }
        return both;
    }

    /** CPU of a server per put. The threads were looked at a little longer than the figures: their shares count. */
    double microsOf(String server) {
        return micros(cpu.getOrDefault(server, new ThreadTimes(Map.of())).sum());
    }

    double storesMicros(String duty) {
        return micros(cpu.entrySet().stream()
                .filter(each -> !each.getKey().equals("pd"))
                .mapToLong(each -> each.getValue().nanos().getOrDefault(duty, 0L))
                .sum());
    }

    double leaderMicros(String duty) {
        ThreadTimes threads = cpu.getOrDefault("store" + (leader() + 1), new ThreadTimes(Map.of()));
        return micros(threads.nanos().getOrDefault(duty, 0L));
    }

    /** CPU of agents of a role (a role ends with a number where there may be several), in all stores, per put. */
    double agentMicros(String role) {
        double micros = 0;
        for (int store = 0; store < before.size(); store++) {
            micros += agentMicros(role, store);
        }
        return micros;
    }

    double agentMicros(String role, int store) {
        String series = "cleave_agent_cpu_seconds_total{agent=\"" + role;
        return micros((long) (1e9 * (Metric.sum(after.get(store), series) - Metric.sum(before.get(store), series))));
    }

    private double micros(long nanos) {
        long all = cpu.values().stream().mapToLong(ThreadTimes::sum).sum();
        return figures.serverMicros() * nanos / Math.max(1, all);
    }
}
