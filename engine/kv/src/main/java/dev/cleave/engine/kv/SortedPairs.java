package dev.cleave.engine.kv;

import dev.cleave.engine.base.KeyRange;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sorted map of byte arrays: a change makes a new map that shares all but a path with the old one, so holding on to an
 * old one (a snapshot, the durable state) costs nothing. A treap whose priorities come from the keys, so its shape does
 * not depend on chance. The arrays are its own; it hands them out for reading only.
 */
final class SortedPairs {
    static final SortedPairs EMPTY = new SortedPairs(null);

    private final @Nullable Node root;

    private SortedPairs(@Nullable Node root) {
        this.root = root;
    }

    long count() {
        return count(root);
    }

    /** Bytes of all keys and values. */
    long bytes() {
        return bytes(root);
    }

    byte @Nullable [] get(byte[] key) {
        Node at = root;
        while (at != null) {
            int order = Arrays.compareUnsigned(key, at.key);
            if (order == 0) {
                return at.value;
            }
            at = order < 0 ? at.left : at.right;
        }
        return null;
    }

    /** Takes over both arrays. */
    SortedPairs with(byte[] key, byte[] value) {
        return new SortedPairs(put(root, new Node(key, value, priority(key), null, null)));
    }

    SortedPairs without(byte[] key) {
        return get(key) == null ? this : new SortedPairs(remove(root, key));
    }

    SortedPairs without(KeyRange range) {
        Cut low = cut(root, range.startInclusive().bytes());
        Node above = range.hasEnd() ? cut(low.above, range.endExclusive().bytes()).above : null;
        return new SortedPairs(join(low.below, above));
    }

    /** The pairs inside {@code range} alone. */
    SortedPairs within(KeyRange range) {
        Node from = cut(root, range.startInclusive().bytes()).above;
        return new SortedPairs(range.hasEnd() ? cut(from, range.endExclusive().bytes()).below : from);
    }

    /** False if the visitor stopped it. */
    boolean visit(boolean isReverse, KvSnapshot.Visitor visitor) {
        return visit(root, isReverse, visitor);
    }

    /** As {@link #visit}, without copies. */
    void lend(boolean isReverse, KvEngine.LentVisitor visitor) {
        lend(root, isReverse, visitor);
    }

    /** The key of the given rank, counted from 0. */
    byte[] keyAt(long rank) {
        Node at = root;
        long before = rank;
        while (at != null) {
            long left = count(at.left);
            if (before == left) {
                return at.key;
            }
            if (before < left) {
                at = at.left;
            } else {
                before -= left + 1;
                at = at.right;
            }
        }
        throw new IndexOutOfBoundsException("no key of rank " + rank + " among " + count());
    }

    /** The first key but one or later with at least half of the bytes before it; else the last. Empty below two keys. */
    Optional<byte[]> middleKey() {
        if (count() < 2) {
            return Optional.empty();
        }
        long rank = 0;
        long before = 0;
        Node at = root;
        while (at != null) {
            long beforeAt = before + bytes(at.left);
            if (2 * beforeAt >= bytes()) {
                at = at.left;
            } else {
                rank += count(at.left) + 1;
                before = beforeAt + at.key.length + at.value.length;
                at = at.right;
            }
        }
        return Optional.of(keyAt(Math.min(Math.max(rank, 1), count() - 1)));
    }

    private static boolean visit(@Nullable Node at, boolean isReverse, KvSnapshot.Visitor visitor) {
        if (at == null) {
            return true;
        }
        return visit(isReverse ? at.right : at.left, isReverse, visitor)
                && visitor.visit(at.key.clone(), at.value.clone())
                && visit(isReverse ? at.left : at.right, isReverse, visitor);
    }

    private static boolean lend(@Nullable Node at, boolean isReverse, KvEngine.LentVisitor visitor) {
        if (at == null) {
            return true;
        }
        return lend(isReverse ? at.right : at.left, isReverse, visitor)
                && visitor.visit(at.key, at.key.length, at.value, at.value.length)
                && lend(isReverse ? at.left : at.right, isReverse, visitor);
    }

    private static Node put(@Nullable Node at, Node added) {
        if (at == null) {
            return added;
        }
        int order = Arrays.compareUnsigned(added.key, at.key);
        if (order == 0) {
            return new Node(added.key, added.value, at.priority, at.left, at.right);
        }
        if (added.priority > at.priority) {
            // Its key is not below here: whatever stands above a node has at least that node's priority.
            Cut cut = cut(at, added.key);
            return new Node(added.key, added.value, added.priority, cut.below, cut.above);
        }
        return order < 0 ? at.withLeft(put(at.left, added)) : at.withRight(put(at.right, added));
    }

    private static @Nullable Node remove(@Nullable Node at, byte[] key) {
        if (at == null) {
            return null;
        }
        int order = Arrays.compareUnsigned(key, at.key);
        if (order == 0) {
            return join(at.left, at.right);
        }
        return order < 0 ? at.withLeft(remove(at.left, key)) : at.withRight(remove(at.right, key));
    }

    /** Cuts into the keys below {@code key} and the rest. */
    private static Cut cut(@Nullable Node at, byte[] key) {
        if (at == null) {
            return Cut.NOTHING;
        }
        if (Arrays.compareUnsigned(at.key, key) < 0) {
            Cut right = cut(at.right, key);
            return new Cut(at.withRight(right.below), right.above);
        }
        Cut left = cut(at.left, key);
        return new Cut(left.below, at.withLeft(left.above));
    }

    /** Joins two trees of which the first holds the smaller keys. */
    private static @Nullable Node join(@Nullable Node below, @Nullable Node above) {
        if (below == null) {
            return above;
        }
        if (above == null) {
            return below;
        }
        return below.priority >= above.priority
                ? below.withRight(join(below.right, above))
                : above.withLeft(join(below, above.left));
    }

    private static long priority(byte[] key) {
        long z = Arrays.hashCode(key) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private static long count(@Nullable Node at) {
        return at == null ? 0 : at.count;
    }

    private static long bytes(@Nullable Node at) {
        return at == null ? 0 : at.bytes;
    }

    private record Cut(@Nullable Node below, @Nullable Node above) {
        static final Cut NOTHING = new Cut(null, null);
    }

    private static final class Node {
        final byte[] key;
        final byte[] value;
        final long priority;
        final @Nullable Node left;
        final @Nullable Node right;
        final long count;
        final long bytes;

        Node(byte[] key, byte[] value, long priority, @Nullable Node left, @Nullable Node right) {
            this.key = key;
            this.value = value;
            this.priority = priority;
            this.left = left;
            this.right = right;
            count = 1 + SortedPairs.count(left) + SortedPairs.count(right);
            bytes = key.length + value.length + SortedPairs.bytes(left) + SortedPairs.bytes(right);
        }

        Node withLeft(@Nullable Node other) {
            return new Node(key, value, priority, other, right);
        }

        Node withRight(@Nullable Node other) {
            return new Node(key, value, priority, left, other);
        }
    }
}
