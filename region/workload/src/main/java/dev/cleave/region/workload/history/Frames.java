package dev.cleave.region.workload.history;

/** The search's undo stack, and a copy of the longest one that was seen just before a dead end. */
final class Frames {
    private final int[] op;
    private final int[] stateBefore;
    private final boolean[] isForced;
    private int depth;

    private final int[] longest;
    private int longestDepth = -1;
    private int longestState;
    private int stuckOp = -1;
    /** Below this depth the copy still equals the stack. */
    private int copiedBelow;

    Frames(int opCount) {
        op = new int[opCount];
        stateBefore = new int[opCount];
        isForced = new boolean[opCount];
        longest = new int[opCount];
    }

    void push(int placed, int state, boolean forced) {
        op[depth] = placed;
        stateBefore[depth] = state;
        isForced[depth] = forced;
        depth++;
    }

    int topOp() {
        return op[depth - 1];
    }

    boolean isTopForced() {
        return isForced[depth - 1];
    }

    /** Returns the state before the operation on top. */
    int pop() {
        depth--;
        copiedBelow = Math.min(copiedBelow, depth);
        return stateBefore[depth];
    }

    boolean isEmpty() {
        return depth == 0;
    }

    void keepIfLongest(int stuck, int state) {
        if (depth > longestDepth) {
            System.arraycopy(op, copiedBelow, longest, copiedBelow, depth - copiedBelow);
            copiedBelow = depth;
            longestDepth = depth;
            longestState = state;
            stuckOp = stuck;
        }
    }

    int longestDepth() {
        return longestDepth;
    }

    int longestAt(int i) {
        return longest[i];
    }

    int longestState() {
        return longestState;
    }

    int stuckOp() {
        return stuckOp;
    }
}
