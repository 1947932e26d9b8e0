package dev.cleave.engine.kv;

import dev.cleave.engine.base.OwnedBy;

/** A visitor that is shown no more than so many pairs: what lies behind them is not in memory. */
@OwnedBy("the thread that scans")
final class PartialScan implements KvEngine.LentVisitor {
    private final KvEngine.LentVisitor visitor;
    private long left;
    private boolean isMissing;

    PartialScan(long pairsMax, KvEngine.LentVisitor visitor) {
        this.left = pairsMax;
        this.visitor = visitor;
    }

    @Override
    public boolean visit(byte[] key, int keyBytes, byte[] value, int valueBytes) {
        isMissing = left == 0;
        left--;
        return !isMissing && visitor.visit(key, keyBytes, value, valueBytes);
    }

    /** Whether the visitor would have been shown more. */
    boolean isMissing() {
        return isMissing;
    }
}
