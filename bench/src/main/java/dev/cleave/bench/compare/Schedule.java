package dev.cleave.bench.compare;

import java.util.List;

/** How long a comparison takes if nothing goes wrong: what is told before it begins. */
record Schedule(int servers, int subjects, int cells, int passes, double cellSeconds, double warmUpSeconds) {
    /** Start of the servers and filling of the keys. */
    private static final double START_SECONDS = 20;
    /** Until servers that were stopped serve again, and the first puts. */
    private static final double THAW_SECONDS = 3.5;

    static Schedule of(CompareOptions options, List<List<Subject>> blocks) {
        int servers = 0;
        int subjects = 0;
        int cells = 0;
        for (List<Subject> block : blocks) {
            servers += (int) block.stream().map(Subject::serversName).distinct().count();
            subjects += block.size();
            cells += block.stream()
                    .mapToInt(subject -> options.cells(subject).size())
                    .sum();
        }
        double cellSeconds = options.seconds() + Block.CELL_WARM_MILLIS / 1e3;
        return new Schedule(servers, subjects, cells, options.passes(), cellSeconds, options.warmUpSeconds());
    }

    double minutes() {
        double open = servers * START_SECONDS + subjects * warmUpSeconds;
        double pass = subjects * THAW_SECONDS + cells * cellSeconds;
        return (open + passes * pass) / 60;
    }
}
