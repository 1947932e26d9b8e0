package dev.cleave.region.client;

import dev.cleave.engine.base.KeyRange;
import java.util.List;
import java.util.Optional;

/**
 * One page of a scan.
 *
 * @param rows in the scan's order; may be empty though more follow
 * @param rest what is still to be scanned, empty at the end
 */
public record ScanPage(List<KeyValue> rows, Optional<KeyRange> rest) {
    public ScanPage {
        rows = List.copyOf(rows);
    }
}
