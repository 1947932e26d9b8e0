package dev.cleave.region.workload.history;

import dev.cleave.engine.base.Randomness;
import java.util.ArrayList;
import java.util.List;

/**
 * Histories of one key. {@link #fromRegister} runs a true register, so what it yields is linearizable; {@link #anything} draws
 * answers at will, so most are not.
 */
final class RandomHistories {
    private final Randomness randomness;

    RandomHistories(long seed) {
        randomness = Randomness.seeded(seed);
    }

    /** Kinds of operations to draw from. */
    record Kinds(boolean deletes, boolean compareAndSets, boolean isUnique, int unknownPercent) {}

    List<Operation> anything(int count, int values, Kinds kinds) {
        Told told = new Told();
        for (int i = 0; i < count; i++) {
            long call = randomness.below(30);
            long end = call + randomness.below(15);
            long end2 = randomness.below(100) < kinds.unknownPercent() ? Told.UNKNOWN : end;
            String some = any(values);
            switch (kind(kinds)) {
                case 0 -> told.put(call, end2, "k", kinds.isUnique() ? "v" + i : "v" + randomness.below(values));
                case 1 -> told.get(call, end, "k", kinds.isUnique() ? any(count) : some);
                case 2 -> told.delete(call, end2, "k");
                case 3 -> told.casSet(call, end2, "k", some, any(values));
                default -> told.casRefused(call, end, "k", some, any(values), any(values));
            }
        }
        return told.operations();
    }

    private String any(int values) {
        long drawn = randomness.below(values + 1);
        return drawn == values ? "-" : "v" + drawn;
    }

    private int kind(Kinds kinds) {
        while (true) {
            int drawn = (int) randomness.below(6);
            if (drawn <= 1 || drawn == 5) {
                return Math.min(drawn, 1);
            }
            if ((drawn == 2 && kinds.deletes()) || (drawn > 2 && kinds.compareAndSets())) {
                return drawn;
            }
        }
    }

    /**
     * Clients that ask one after the other while a register takes each operation at some moment within its interval; unknown
     * ones it takes then, later, or never.
     */
    List<Operation> fromRegister(int count, int clients, Kinds kinds) {
        List<Planned> planned = new ArrayList<>();
        long[] free = new long[clients];
        for (int i = 0; i < count; i++) {
            int client = (int) randomness.below(clients);
            long call = free[client] + 1 + randomness.below(10);
            long end = call + 2 * (1 + randomness.below(20));
            free[client] = end;
            planned.add(plan(i, call, end, kinds));
        }
        planned.sort((a, b) -> Double.compare(a.moment, b.moment));
        String state = "-";
        for (Planned it : planned) {
            state = it.apply(state);
        }
        planned.sort((a, b) -> Long.compare(a.call, b.call));
        Told told = new Told();
        planned.forEach(it -> it.tell(told));
        return told.operations();
    }

    private Planned plan(int i, long call, long end, Kinds kinds) {
        int kind = kind(kinds);
        boolean isUnknown = kind != 1 && randomness.below(100) < kinds.unknownPercent();
        long span = isUnknown ? (end - call) * 6 : end - call;
        double moment = isUnknown && randomness.below(3) == 0
                ? Double.MAX_VALUE
                : call + span * (randomness.below(1000) / 1000.0);
        return new Planned(
                Math.min(kind, 3), "v" + (kinds.isUnique() ? i : i % 4), call, isUnknown ? Told.UNKNOWN : end, moment);
    }

    private final class Planned {
        final int kind;
        final String value;
        final long call;
        final long end;
        final double moment;
        String expected = "-";
        String found = "-";
        boolean isSet;

        Planned(int kind, String value, long call, long end, double moment) {
            this.kind = kind;
            this.value = value;
            this.call = call;
            this.end = end;
            this.moment = moment;
        }

        String apply(String state) {
            found = state;
            expected = randomness.below(2) == 0 ? state : "v0";
            isSet = expected.equals(state);
            return switch (kind) {
                case 0 -> value;
                case 1 -> state;
                case 2 -> "-";
                default -> isSet ? value : state;
            };
        }

        void tell(Told told) {
            switch (kind) {
                case 0 -> told.put(call, end, "k", value);
                case 1 -> told.get(call, end, "k", found);
                case 2 -> told.delete(call, end, "k");
                default -> {
                    if (isSet || end == Told.UNKNOWN) {
                        told.casSet(call, end, "k", expected, value);
                    } else {
                        told.casRefused(call, end, "k", expected, value, found);
                    }
                }
            }
        }
    }
}
