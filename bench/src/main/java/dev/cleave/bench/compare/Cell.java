package dev.cleave.bench.compare;

import java.util.ArrayList;
import java.util.List;

/** One load of the comparison: what is asked, with values of which size, and how many operations are in flight. Scans are of 100 pairs. */
record Cell(String mix, int valueBytes, int inFlight) {
    static final int CUSTOMARY_BYTES = 128;

    /** What the table shows together. */
    String kind() {
        return mix + (valueBytes == CUSTOMARY_BYTES ? "" : "-" + valueBytes);
    }

    /** The cells of a kind such as {@code put}, {@code scan} or {@code put-1024}, for those numbers in flight that were given, else the customary ones. */
    static List<Cell> of(String kind, List<Integer> inFlight) {
        String[] parts = kind.split("-");
        int bytes = parts.length > 1 ? Integer.parseInt(parts[1]) : CUSTOMARY_BYTES;
        List<Integer> counts = !inFlight.isEmpty()
                ? inFlight
                : parts.length > 1 ? List.of(64) : parts[0].equals("scan") ? List.of(1, 16) : List.of(1, 16, 64, 256);
        List<Cell> cells = new ArrayList<>();
        counts.forEach(count -> cells.add(new Cell(parts[0], bytes, count)));
        return cells;
    }
}
