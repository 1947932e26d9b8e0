package dev.cleave.region.workload.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The n log n rule for keys that see only reads and blind writes of values written once (Gibbons and Korach, "Testing shared
 * memories", 1997). Per value take f, the earliest return, and s, the latest call, of its write and its reads; the initial value
 * was written before time began. If f &lt; s the value must be the current one all through [f, s]: a forward zone. Otherwise some
 * one moment of the backward zone [s, f] is enough. The history is linearizable if and only if every value read was written, no
 * read returned before its write was called, no two forward zones overlap, and no backward zone lies inside a forward one.
 */
final class Zones {
    private static final long BEFORE_TIME = Long.MIN_VALUE;

    private final RegisterHistory history;
    private final Zone[] zones;

    private Zones(RegisterHistory history) {
        this.history = history;
        this.zones = new Zone[history.valueCount()];
    }

    static boolean canDecide(RegisterHistory history) {
        boolean[] isWritten = new boolean[history.valueCount()];
        isWritten[RegisterHistory.INITIAL] = true;
        for (RegisterOp op : history.ops()) {
            boolean isAgain = op.isWrite() && isWritten[op.makes()];
            if (isAgain || !(op.isWrite() || op.isRead()) || (op.isRead() && !op.isKnown())) {
                return false;
            }
            if (op.isWrite()) {
                isWritten[op.makes()] = true;
            }
        }
        return true;
    }

    static Verdict decide(RegisterHistory history) {
        Optional<String> fault = new Zones(history).fault();
        int ops = history.ops().size();
        return fault.map(text -> new Verdict(Verdict.Kind.VIOLATION, "key " + history.key() + ": " + text, 1, ops, ops))
                .orElseGet(() -> new Verdict(
                        Verdict.Kind.LINEARIZABLE, "key " + history.key() + " is linearizable", 1, ops, ops));
    }

    private Optional<String> fault() {
        zones[RegisterHistory.INITIAL] = new Zone(RegisterHistory.INITIAL, null);
        for (RegisterOp op : history.ops()) {
            if (op.isWrite()) {
                zones[op.makes()] = new Zone(op.makes(), op);
            }
        }
        for (RegisterOp op : history.ops()) {
            if (op.isRead()) {
                Zone zone = zones[op.need()];
                if (zone == null) {
                    return Optional.of("a value was read that nobody wrote:" + line(op));
                }
                if (zone.write != null && op.returnNanos() < zone.write.callNanos()) {
                    return Optional.of("a value was read before it was written:" + line(op) + line(zone.write));
                }
                zone.addRead(op);
            }
        }
        return clash();
    }

    private Optional<String> clash() {
        List<Zone> forward = new ArrayList<>();
        List<Zone> backward = new ArrayList<>();
        for (Zone zone : zones) {
            if (zone != null) {
                (zone.isForward() ? forward : backward).add(zone);
            }
        }
        forward.sort(Comparator.comparingLong(Zone::earliestReturn));
        for (int i = 1; i < forward.size(); i++) {
            Zone one = forward.get(i - 1);
            Zone other = forward.get(i);
            if (other.earliestReturn() < one.latestCall()) {
                return Optional.of(mustBoth(one, other));
            }
        }
        for (Zone zone : backward) {
            Zone around = lastStartingBefore(forward, zone.latestCall());
            if (around != null && zone.earliestReturn() < around.latestCall()) {
                return Optional.of(cannotBe(zone, around));
            }
        }
        return Optional.empty();
    }

    private static @Nullable Zone lastStartingBefore(List<Zone> forward, long nanos) {
        int low = 0;
        int high = forward.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (forward.get(middle).earliestReturn() < nanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? null : forward.get(low - 1);
    }

    private String mustBoth(Zone one, Zone other) {
        return "two values must both be current at one time. " + history.name(one.value) + " because of" + one.lines()
                + "\n  and " + history.name(other.value) + " because of" + other.lines();
    }

    private String cannotBe(Zone inside, Zone around) {
        return history.name(inside.value) + " must be current at some time, because of" + inside.lines() + "\n  while "
                + history.name(around.value) + " must be all that time, because of" + around.lines();
    }

    private static String line(RegisterOp op) {
        return "\n    " + op.source();
    }

    /** One value's write and reads, folded. */
    private static final class Zone {
        private final int value;
        private final @Nullable RegisterOp write;
        private @Nullable RegisterOp firstToReturn;
        private @Nullable RegisterOp lastToCall;

        Zone(int value, @Nullable RegisterOp write) {
            this.value = value;
            this.write = write;
            firstToReturn = write;
            lastToCall = write;
        }

        void addRead(RegisterOp read) {
            if (write != null && firstToReturn != null && read.returnNanos() < firstToReturn.returnNanos()) {
                firstToReturn = read;
            }
            if (lastToCall == null || read.callNanos() > lastToCall.callNanos()) {
                lastToCall = read;
            }
        }

        long earliestReturn() {
            return firstToReturn == null ? BEFORE_TIME : firstToReturn.returnNanos();
        }

        long latestCall() {
            return lastToCall == null ? BEFORE_TIME : lastToCall.callNanos();
        }

        boolean isForward() {
            return earliestReturn() < latestCall();
        }

        String lines() {
            String first = firstToReturn == null ? "\n    its being there from the start" : line(firstToReturn);
            boolean isOne = lastToCall == null || lastToCall.equals(firstToReturn);
            return isOne || lastToCall == null ? first : first + line(lastToCall);
        }
    }
}
