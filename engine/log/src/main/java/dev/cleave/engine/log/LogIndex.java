package dev.cleave.engine.log;

import dev.cleave.engine.base.EntryLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.agrona.collections.Int2IntCounterMap;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the log holds, by group, and how many groups need each segment. Owned by the log agent; it learns of a record only once
 * that is appended, by reading it.
 */
final class LogIndex {
    private final Long2ObjectHashMap<GroupLog> groups = new Long2ObjectHashMap<>();
    private final Int2IntCounterMap pins = new Int2IntCounterMap(0);
    private final List<GroupLog> removed = new ArrayList<>();
    private final CRC32C crc = new CRC32C();
    private final SummaryWriter summary;
    /** Groups whose entries take more than {@code groupBytesMax}. */
    private final Map<Long, GroupLog> large = new TreeMap<>();

    private final long groupBytesMax;

    /** An index whose changes are taken down for summaries. */
    LogIndex(LogOptions options) {
        summary = new SummaryWriter(options.summaryBytesMax());
        groupBytesMax = options.groupBytesMax();
    }

    /** Groups whose entries take more than their bound, by ascending id. */
    Collection<GroupLog> large() {
        return large.values();
    }

    SummaryWriter summary() {
        return summary;
    }

    @Nullable
    GroupLog find(long group) {
        return groups.get(group);
    }

    GroupLog findOrAdd(long group) {
        GroupLog found = groups.get(group);
        if (found == null) {
            found = new GroupLog(group);
            groups.put(group, found);
        }
        return found;
    }

    /** All groups, live or removed, by ascending id. */
    List<GroupLog> sorted() {
        long[] ids = new long[groups.size()];
        int count = 0;
        for (Long2ObjectHashMap<GroupLog>.KeyIterator keys = groups.keySet().iterator(); keys.hasNext(); ) {
            ids[count++] = keys.nextLong();
        }
        Arrays.sort(ids);
        List<GroupLog> sorted = new ArrayList<>(ids.length);
        for (long id : ids) {
            sorted.add(findOrAdd(id));
        }
        return sorted;
    }

    int pins(int segment) {
        return pins.get(segment);
    }

    /** Forgets removed replicas whose last section goes with {@code segment}. */
    void dropSegment(int segment) {
        removed.removeIf(group -> {
            boolean isGone = !group.isLive && group.lastSegment <= segment;
            if (isGone) {
                groups.remove(group.group);
            }
            return isGone || group.isLive;
        });
    }

    /**
     * Takes in the record at {@code base} of {@code buffer}, which lies at {@code offset} of {@code segment}. {@code chain} is told of each
     * section's link to the one before.
     */
    void apply(ByteBuffer buffer, int base, int segment, int offset, Chain chain) {
        int sections = buffer.getInt(base + RecordLayout.SECTION_COUNT);
        int at = base + RecordLayout.HEADER_BYTES;
        for (int i = 0; i < sections; i++) {
            applySection(buffer, base, at, segment, offset, chain);
            at += buffer.getInt(at + RecordLayout.SECTION_LENGTH);
        }
    }

    private void applySection(ByteBuffer buffer, int base, int at, int segment, int recordOffset, Chain chain) {
        int flags = buffer.getInt(at + RecordLayout.SECTION_FLAGS);
        long replicaId = buffer.getLong(at + RecordLayout.SECTION_REPLICA);
        long id = buffer.getLong(at + RecordLayout.SECTION_GROUP);
        int offset = recordOffset + at - base;
        int previousSegment = buffer.getInt(at + RecordLayout.SECTION_PREVIOUS_SEGMENT);
        int previousOffset = buffer.getInt(at + RecordLayout.SECTION_PREVIOUS_OFFSET);
        if (previousSegment == RecordLayout.PREVIOUS_IN_THIS_RECORD) {
            previousSegment = segment;
            previousOffset += recordOffset;
        }
        boolean isVouch = flags == RecordLayout.VOUCH;
        if (!chain.link(this, id, replicaId, previousSegment, previousOffset, isVouch)) {
            return;
        }
        GroupLog group = isVouch ? null : begin(id, replicaId, flags, chain);
        if (chain.hasJustBroken() || (group == null && !isVouch)) {
            summary.giveUp();
        }
        if (group != null || isVouch) {
            summary.section(id, replicaId, flags, offset, previousSegment, previousOffset);
        }
        if (group != null) {
            applyParts(group, buffer, base, at, flags, segment, recordOffset);
            end(group, segment, offset);
        }
    }

    /** Before the parts of a section with {@code flags}; null if it is of a replica that has been removed or replaced. */
    @Nullable
    GroupLog begin(long id, long replicaId, int flags, Chain chain) {
        GroupLog group = findOrAdd(id);
        if (replicaId < group.replicaId || (replicaId == group.replicaId && !group.isLive && group.lastSegment != 0)) {
            return null;
        }
        // A larger replica id takes over a chain, and with it whatever the chain may have lost; an image stands alone.
        boolean isMissingSome = group.isBroken && chain.hasJustBroken();
        if (replicaId > group.replicaId || (flags & RecordLayout.REMOVAL) != 0) {
            group.wipe();
            group.replicaId = replicaId;
            if (isMissingSome && (flags & RecordLayout.REMOVAL) == 0) {
                group.breakUp();
            }
        }
        group.isLive = flags != RecordLayout.REMOVAL;
        return group;
    }

    /** After the parts of a section that lies at {@code offset} of {@code segment}. */
    void end(GroupLog group, int segment, int offset) {
        group.lastSegment = segment;
        group.lastOffset = offset;
        if (!group.isLive) {
            removed.add(group);
        }
        if (group.entries.bytes() > groupBytesMax) {
            large.put(group.group, group);
        } else if (!large.isEmpty()) {
            large.remove(group.group);
        }
        repin(group);
    }

    private void applyParts(
            GroupLog group, ByteBuffer buffer, int base, int at, int flags, int segment, int recordOffset) {
        int part = at + RecordLayout.SECTION_HEADER_BYTES;
        if ((flags & RecordLayout.RESET) != 0) {
            group.reset(buffer.getLong(part), buffer.getLong(part + 8), segment);
            summary.base(buffer.getLong(part), buffer.getLong(part + 8));
            part += RecordLayout.RESET_BYTES;
        }
        if ((flags & RecordLayout.ENTRIES) != 0) {
            part = applyEntries(group, buffer, part, segment, recordOffset - base);
        }
        if ((flags & RecordLayout.HARD_STATE) != 0) {
            group.hasHardState = true;
            group.term = buffer.getLong(part);
            group.votedFor = buffer.getLong(part + 8);
            group.commit = buffer.getLong(part + 16);
            group.hardStateSegment = segment;
            part += RecordLayout.HARD_STATE_BYTES;
        }
        if ((flags & RecordLayout.COMPACTION) != 0) {
            group.compact(buffer.getLong(part), buffer.getLong(part + 8), segment);
            summary.base(buffer.getLong(part), buffer.getLong(part + 8));
            part += RecordLayout.COMPACTION_BYTES;
        }
        if ((flags & RecordLayout.MARK) != 0) {
            byte[] mark = new byte[buffer.getInt(part)];
            buffer.get(part + RecordLayout.MARK_HEADER_BYTES, mark);
            group.mark = mark;
            group.markSegment = mark.length == 0 ? 0 : segment;
        }
        if ((flags & RecordLayout.BROKEN) != 0) {
            group.breakUp();
            group.brokenSegment = segment;
        }
    }

    private int applyEntries(GroupLog group, ByteBuffer buffer, int part, int segment, int toSegmentOffset) {
        int count = buffer.getInt(part);
        int at = part + RecordLayout.ENTRIES_HEADER_BYTES;
        ByteBuffer view = buffer.duplicate();
        if (group.isBroken) {
            summary.giveUp();
        }
        summary.entries(group.group, count, EntryLayout.index(buffer, at), at + toSegmentOffset);
        for (int i = 0; i < count; i++) {
            int length = EntryLayout.entryBytes(buffer, at);
            if (!group.isBroken) {
                crc.reset();
                crc.update(view.limit(at + length).position(at));
                long index = EntryLayout.index(buffer, at);
                long term = EntryLayout.term(buffer, at);
                group.place(index, term, segment, at + toSegmentOffset, length, (int) crc.getValue());
                summary.entry(group.group, term, length, (int) crc.getValue());
            }
            at += length;
        }
        return at;
    }

    /** Counts anew which segment {@code group} needs. */
    void repin(GroupLog group) {
        int needed = group.isLive ? group.oldestNeeded() : 0;
        if (needed == group.pinned) {
            return;
        }
        if (group.pinned != 0) {
            pins.decrementAndGet(group.pinned);
        }
        if (needed != 0) {
            pins.incrementAndGet(needed);
        }
        group.pinned = needed;
    }

    /** Checks that a section follows the one its group wrote before. */
    interface Chain {
        /** While running there is nothing to check. */
        Chain TRUSTED = (index, group, replicaId, previousSegment, previousOffset, isVouch) -> true;

        /** False if the section is to be passed over. */
        boolean link(
                LogIndex index, long group, long replicaId, int previousSegment, int previousOffset, boolean isVouch);

        /** Whether the section linked last did not follow its predecessor. */
        default boolean hasJustBroken() {
            return false;
        }
    }
}
