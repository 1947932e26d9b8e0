package dev.cleave.bench.compare;

import java.util.List;

/** How long a comparison takes if nothing goes wrong: what is told before it begins. */
record Schedule(int groups, int cells, int passes, int subjects, double cellSeconds, double warmUpSeconds) {
    /** Start of the servers and filling of the keys. */
    private static final double START_SECONDS = 15;
    /** Until servers that were stopped serve again, and the first puts. */
    private static final double THAW_SECONDS = 2.5;

    /** For those of the subjects that are there. */
    static Schedule of(CompareOptions options) {
        List<Subject> present = options.subjects().stream()
                .filter(subject -> Peers.absence(subject.peer()).isEmpty())
                .toList();
        int cells = 0;
        for (Subject subject : present) {
            Peer peer = Peers.named(subject.peer());
            cells += (int) options.cells().stream()
                    .filter(cell -> subject.isWorth(cell) && peer.can(cell.mix()))
                    .count();
        }
        int groups = (int) present.stream().map(Subject::serversName).distinct().count();
        double cellSeconds = options.seconds() + Compare.CELL_WARM_MILLIS / 1e3;
        return new Schedule(groups, cells, options.passes(), present.size(), cellSeconds, options.warmUpSeconds());
    }

    double minutes() {
        double open = groups * (START_SECONDS + warmUpSeconds);
        double pass = subjects * THAW_SECONDS + cells * cellSeconds;
        return (open + passes * pass) / 60;
    }
}
