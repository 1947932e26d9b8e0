package dev.cleave.bench.compare;

import java.util.ArrayList;
import java.util.List;

/** Where the keys of a load are divided into Regions of the same size. */
public final class Borders {
    private Borders() {}

    /** The numbers of the keys at which all Regions but the first begin. */
    public static List<Long> of(int regions, long keys) {
        List<Long> borders = new ArrayList<>();
        for (int i = 1; i < regions; i++) {
            borders.add(keys * i / regions);
        }
        return borders;
    }
}
