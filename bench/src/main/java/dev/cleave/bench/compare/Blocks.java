package dev.cleave.bench.compare;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Divides the subjects into blocks that fit into memory, one after the other. Subjects whose figures are set against each other by a {@link Target} share a block, even if one of them is
 * then measured in several blocks; whoever no target names comes beside Cleave.
 */
final class Blocks {
    /** Of a driver: its heap, and the rest of its JVM. */
    private static final long DRIVER_MEBIBYTES = 500;

    private final ToLongFunction<Subject> serversMebibytes;
    private final long mebibytesMax;
    private final List<Set<Subject>> blocks = new ArrayList<>();

    private Blocks(ToLongFunction<Subject> serversMebibytes, long mebibytesMax) {
        this.serversMebibytes = serversMebibytes;
        this.mebibytesMax = mebibytesMax;
    }

    /**
     * @param serversMebibytes what the servers of a subject take, all together
     * @param mebibytesMax what a block may take; one whose subjects cannot be parted takes more nevertheless
     */
    static List<List<Subject>> of(List<Subject> subjects, ToLongFunction<Subject> serversMebibytes, long mebibytesMax) {
        Blocks planned = new Blocks(serversMebibytes, mebibytesMax);
        together(subjects).forEach(planned::place);
        return planned.blocks.stream()
                .map(block -> subjects.stream().filter(block::contains).toList())
                .toList();
    }

    /** Which subjects must be in one block. */
    private static List<Set<Subject>> together(List<Subject> subjects) {
        List<Set<Subject>> together = new ArrayList<>();
        Set<Subject> named = new LinkedHashSet<>();
        for (Target target : Targets.all()) {
            if (target.subjects().size() > 1 && subjects.containsAll(target.subjects())) {
                together.add(new LinkedHashSet<>(target.subjects()));
                named.addAll(target.subjects());
            }
        }
        Subject cleave = Subject.parse("cleave");
        for (Subject subject : subjects) {
            if (!named.contains(subject)) {
                Set<Subject> beside = new LinkedHashSet<>(List.of(subject));
                if (subjects.contains(cleave)) {
                    beside.add(cleave);
                }
                together.add(beside);
            }
        }
        return together;
    }

    /** Where the fewest bytes are added; into a block of their own if they fit nowhere. */
    private void place(Set<Subject> together) {
        Set<Subject> best = null;
        long bestAdded = Long.MAX_VALUE;
        for (Set<Subject> block : blocks) {
            Set<Subject> joined = new LinkedHashSet<>(block);
            joined.addAll(together);
            long added = mebibytes(joined) - mebibytes(block);
            if (added == 0) {
                return;
            }
            if (mebibytes(joined) <= mebibytesMax && added < bestAdded) {
                best = block;
                bestAdded = added;
            }
        }
        if (best == null) {
            blocks.add(new LinkedHashSet<>(together));
        } else {
            best.addAll(together);
        }
    }

    private long mebibytes(Collection<Subject> subjects) {
        return mebibytes(subjects, serversMebibytes);
    }

    /** What subjects take side by side: their servers, some of them shared, and a driver each. */
    static long mebibytes(Collection<Subject> subjects, ToLongFunction<Subject> serversMebibytes) {
        Map<String, Long> servers = new LinkedHashMap<>();
        subjects.forEach(subject -> servers.put(subject.serversName(), serversMebibytes.applyAsLong(subject)));
        return subjects.size() * DRIVER_MEBIBYTES
                + servers.values().stream().mapToLong(Long::longValue).sum();
    }
}
