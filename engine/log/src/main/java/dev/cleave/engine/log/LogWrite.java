package dev.cleave.engine.log;

import dev.cleave.engine.base.EntryLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The changes of one turn: sections of several groups that are written and forced together. Built by a group's owner, then
 * handed to the log, which owns it until {@link Completion} is called.
 */
public final class LogWrite implements LogOp {
    private final List<Section> sections = new ArrayList<>();
    private final Completion completion;

    public LogWrite(Completion completion) {
        this.completion = completion;
    }

    /** Starts the section of one group's replica. At most one section per group and write. */
    public Section section(long group, long replicaId) {
        Section section = new Section(group, replicaId);
        sections.add(section);
        return section;
    }

    public List<Section> sections() {
        return sections;
    }

    public boolean isEmpty() {
        return sections.isEmpty();
    }

    public Completion completion() {
        return completion;
    }

    @Override
    public void complete() {
        completion.forced(this);
    }

    /** Called on the log agent once all sections are forced to disk. Must not block. A failed force never calls it: the process ends. */
    @FunctionalInterface
    public interface Completion {
        void forced(LogWrite write);
    }

    /** What one group changes. Steps take effect in the order: remove, reset, truncate, entries, hard state, compact, mark. */
    public static final class Section {
        final long group;
        final long replicaId;
        boolean isRemoval;
        boolean hasReset;
        long resetIndex;
        long resetTerm;
        boolean hasHardState;
        long term;
        long votedFor;
        long commit;
        long compactIndex;
        long compactTerm;
        byte[] mark = NO_MARK;
        boolean hasMark;
        boolean isBroken;
        final List<ByteBuffer> entries = new ArrayList<>();

        static final byte[] NO_MARK = new byte[0];

        Section(long group, long replicaId) {
            this.group = group;
            this.replicaId = replicaId;
        }

        public long group() {
            return group;
        }

        public long replicaId() {
            return replicaId;
        }

        public Section hardState(long term, long votedFor, long commit) {
            hasHardState = true;
            this.term = term;
            this.votedFor = votedFor;
            this.commit = commit;
            return this;
        }

        /**
         * Adds one whole entry ({@link dev.cleave.engine.base.EntryLayout}); it replaces everything at and after its index. The
         * bytes must not change until completion.
         */
        public Section entry(ByteBuffer entry) {
            entries.add(entry);
            return this;
        }

        /** Everything up to {@code index} is gone and the log begins after it, as after a snapshot. */
        public Section reset(long index, long term) {
            hasReset = true;
            resetIndex = index;
            resetTerm = term;
            return this;
        }

        /** Entries up to {@code index} (of {@code term}) are not needed any more. */
        public Section compact(long index, long term) {
            compactIndex = index;
            compactTerm = term;
            return this;
        }

        /** The lifecycle mark of this replica: opaque to the log, the last one wins, empty clears it. */
        public Section mark(byte[] lifecycle) {
            mark = lifecycle;
            hasMark = true;
            return this;
        }

        /** Earlier sections of this replica are lost; set by recovery. */
        Section broken() {
            isBroken = true;
            return this;
        }

        /** What the section changes, for those who look on. */
        public View view() {
            return new View(
                    isRemoval,
                    hasReset,
                    resetIndex,
                    resetTerm,
                    List.copyOf(entries),
                    hasHardState,
                    term,
                    votedFor,
                    commit,
                    compactIndex,
                    compactTerm,
                    hasMark,
                    mark.clone());
        }

        /**
         * The same change in sections whose entries have at most {@code bytesMax} bytes each. Every prefix of them is a state that the replica
         * might have written by itself, so a power cut between two does no harm: term and vote come with the first entries, the commit index
         * never runs ahead of the entries.
         */
        List<Section> divided(int bytesMax) {
            List<Section> pieces = new ArrayList<>();
            Section piece = new Section(group, replicaId);
            piece.isRemoval = isRemoval;
            piece.hasReset = hasReset;
            piece.resetIndex = resetIndex;
            piece.resetTerm = resetTerm;
            int bytes = 0;
            long last = 0;
            for (ByteBuffer entry : entries) {
                if (bytes > 0 && bytes + entry.remaining() > bytesMax) {
                    pieces.add(hasHardState ? piece.hardState(term, votedFor, Math.min(commit, last)) : piece);
                    piece = new Section(group, replicaId);
                    bytes = 0;
                }
                piece.entry(entry);
                bytes += entry.remaining();
                last = EntryLayout.index(entry, entry.position());
            }
            piece.hasHardState = hasHardState;
            piece.term = term;
            piece.votedFor = votedFor;
            piece.commit = commit;
            piece.compactIndex = compactIndex;
            piece.compactTerm = compactTerm;
            piece.hasMark = hasMark;
            piece.mark = mark;
            piece.isBroken = isBroken;
            pieces.add(piece);
            return pieces;
        }

        /** Whether anything of the replica remains or begins with this section. */
        boolean hasContent() {
            return hasReset || hasHardState || hasMark || isBroken || compactIndex > 0 || !entries.isEmpty();
        }

        int entryBytes() {
            int bytes = 0;
            for (int i = 0; i < entries.size(); i++) {
                bytes = Math.addExact(bytes, entries.get(i).remaining());
            }
            return bytes;
        }

        /** The replica is destroyed; nothing of it remains in the log. */
        public Section remove() {
            isRemoval = true;
            return this;
        }
    }

    /** A section as it stands, read-only; steps that it does not take are zero or empty. */
    public record View(
            boolean isRemoval,
            boolean hasReset,
            long resetIndex,
            long resetTerm,
            List<ByteBuffer> entries,
            boolean hasHardState,
            long term,
            long votedFor,
            long commit,
            long compactIndex,
            long compactTerm,
            boolean hasMark,
            byte[] mark) {}
}
