package dev.cleave.region.workload.history;

import java.util.List;

/** Puts a dead end into words: the longest order that fits, what the register then holds, and what cannot come next. */
final class Proof {
    private static final int LINES_MAX = 12;

    private Proof() {}

    static String of(RegisterHistory history, List<RegisterOp> ops, Frames frames) {
        boolean[] isPlaced = new boolean[ops.size()];
        for (int i = 0; i < frames.longestDepth(); i++) {
            isPlaced[frames.longestAt(i)] = true;
        }
        int depth = frames.longestDepth();
        StringBuilder text = new StringBuilder("key " + history.key() + ": no order of its " + ops.size()
                + " operations fits one register. Longest order found has " + depth);
        text.append(depth > LINES_MAX ? ", the last " + LINES_MAX + " of them:" : ":");
        for (int i = Math.max(0, depth - LINES_MAX); i < depth; i++) {
            text.append("\n    ").append(ops.get(frames.longestAt(i)).source());
        }
        text.append("\n  the register then holds ").append(history.name(frames.longestState()));
        text.append("\n  and stuck is:\n    ").append(ops.get(frames.stuckOp()).source());
        return text.append(alsoOpen(ops, isPlaced, frames.stuckOp())).toString();
    }

    private static String alsoOpen(List<RegisterOp> ops, boolean[] isPlaced, int stuck) {
        StringBuilder text = new StringBuilder();
        int listed = 0;
        for (int op = 0; op < ops.size(); op++) {
            boolean isOpen = !isPlaced[op]
                    && op != stuck
                    && ops.get(op).callNanos() <= ops.get(stuck).returnNanos();
            if (isOpen && listed++ < LINES_MAX) {
                text.append(listed == 1 ? "\n  which may still follow these, in vain:" : "");
                text.append("\n    ").append(ops.get(op).source());
            }
        }
        return listed > LINES_MAX ? text + "\n    and " + (listed - LINES_MAX) + " more" : text.toString();
    }
}
