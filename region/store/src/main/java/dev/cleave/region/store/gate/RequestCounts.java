package dev.cleave.region.store.gate;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvOp;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * How long requests took and how much they moved since the store began, by operation and answer. Each thread that answers counts in cells of its own, so that
 * nobody waits for anybody and nothing is allocated; whoever wants the sums adds up all cells.
 */
@AnyThread
public final class RequestCounts {
    private static final long[] BOUNDS_NANOS = {
        50_000L,
        100_000L,
        200_000L,
        500_000L,
        1_000_000L,
        2_000_000L,
        5_000_000L,
        10_000_000L,
        20_000_000L,
        50_000_000L,
        100_000_000L,
        200_000_000L,
        500_000_000L,
        1_000_000_000L,
        5_000_000_000L
    };
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final KvOp[] OPS = KvOp.values();
    private static final KvError.Kind[] KINDS = KvError.Kind.values();
    /** A row: nanoseconds in all, then the buckets, the last without an end. */
    private static final int ROW_CELLS = 1 + BOUNDS_NANOS.length + 1;
    /** The answers of one operation, done first, then the kinds of errors; then its bytes in and out. */
    private static final int OP_CELLS = (1 + KINDS.length) * ROW_CELLS + 2;

    private final List<long[]> all = new CopyOnWriteArrayList<>();
    private final ThreadLocal<long[]> own = ThreadLocal.withInitial(this::newCells);

    /**
     * The answers of one kind to one operation.
     *
     * @param error what was answered; null for what was done
     * @param counts one per bound, in the order of {@link #boundsNanos}, and one for what took longer
     */
    public record Row(KvOp op, KvError.@Nullable Kind error, long nanos, List<Long> counts) {
        public Row {
            counts = List.copyOf(counts);
        }
    }

    /** What one operation has moved, in bytes of frames. */
    public record Moved(KvOp op, long bytesIn, long bytesOut) {}

    private long[] newCells() {
        long[] cells = new long[OPS.length * OP_CELLS];
        all.add(cells);
        return cells;
    }

    void answered(KvOp op, KvError.@Nullable Kind error, long nanos, int bytesIn, int bytesOut) {
        long[] cells = own.get();
        int ofOp = op.ordinal() * OP_CELLS;
        int row = ofOp + (error == null ? 0 : 1 + error.ordinal()) * ROW_CELLS;
        add(cells, row, nanos);
        add(cells, row + 1 + bucket(nanos), 1);
        add(cells, ofOp + OP_CELLS - 2, bytesIn);
        add(cells, ofOp + OP_CELLS - 1, bytesOut);
    }

    /** One writer: what matters is only that readers see whole numbers, some time. */
    private static void add(long[] cells, int at, long more) {
        CELL.setOpaque(cells, at, cells[at] + more);
    }

    private static int bucket(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        return bucket;
    }

    private long sum(int at) {
        long sum = 0;
        for (long[] cells : all) {
            sum += (long) CELL.getOpaque(cells, at);
        }
        return sum;
    }

    /** Where the buckets end, in ascending order. */
    public static long[] boundsNanos() {
        return BOUNDS_NANOS.clone();
    }

    /** Of all operations and answers that there were. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (KvOp op : OPS) {
            for (int answer = 0; answer <= KINDS.length; answer++) {
                int at = op.ordinal() * OP_CELLS + answer * ROW_CELLS;
                List<Long> counts = new ArrayList<>();
                for (int bucket = 1; bucket < ROW_CELLS; bucket++) {
                    counts.add(sum(at + bucket));
                }
                if (counts.stream().anyMatch(count -> count != 0)) {
                    rows.add(new Row(op, answer == 0 ? null : KINDS[answer - 1], sum(at), counts));
                }
            }
        }
        return rows;
    }

    /** Of all operations that there were. */
    public List<Moved> moved() {
        List<Moved> moved = new ArrayList<>();
        for (KvOp op : OPS) {
            int end = (op.ordinal() + 1) * OP_CELLS;
            long bytesIn = sum(end - 2);
            if (bytesIn != 0) {
                moved.add(new Moved(op, bytesIn, sum(end - 1)));
            }
        }
        return moved;
    }
}
