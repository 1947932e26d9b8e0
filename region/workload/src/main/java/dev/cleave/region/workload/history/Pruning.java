package dev.cleave.region.workload.history;

import java.util.ArrayList;
import java.util.List;

/**
 * Leaves out operations with an unknown outcome that cannot explain anything: if no other operation needs to find the value
 * one leaves, an order with it stays legal without it (what follows it is a blind write, or nothing). Repeated until nothing
 * changes, since a dropped compare-and-set needs nothing any more.
 */
final class Pruning {
    private Pruning() {}

    static List<RegisterOp> withoutIdleUnknowns(List<RegisterOp> ops, int valueCount) {
        List<RegisterOp> kept = ops;
        while (true) {
            int[] needed = new int[valueCount];
            for (RegisterOp op : kept) {
                if (!op.isWrite()) {
                    needed[op.need()]++;
                }
            }
            List<RegisterOp> next = new ArrayList<>(kept.size());
            for (RegisterOp op : kept) {
                if (op.isKnown() || (!op.isRead() && needed[op.makes()] > 0)) {
                    next.add(op);
                }
            }
            if (next.size() == kept.size()) {
                return kept;
            }
            kept = next;
        }
    }
}
