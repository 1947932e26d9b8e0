package dev.cleave.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.agents.ManualAgentHost;
import dev.cleave.engine.base.EntryLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A log on a hand-driven host, with words for tests. */
final class TestLog {
    final LogOptions options;
    final ManualClock clock = new ManualClock();
    final List<Throwable> failures = new ArrayList<>();
    final ManualAgentHost host = new ManualAgentHost((role, cause) -> failures.add(cause));
    final Segments segments;
    final SharedLog log;

    TestLog(LogOptions options, Function<LogOptions, Segments> opener) {
        this.options = options;
        segments = opener.apply(options);
        log = SharedLog.open(segments, options, host, clock);
    }

    record Record(int segment, int offset, int length, long sequence, List<Long> groups) {}

    static ByteBuffer entry(long index, long term, String payload) {
        return entry(index, term, payload.getBytes(StandardCharsets.UTF_8));
    }

    static ByteBuffer entry(long index, long term, byte[] payload) {
        ByteBuffer entry =
                ByteBuffer.allocate(EntryLayout.HEADER_BYTES + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        EntryLayout.put(entry, (byte) 0, index, term, ByteBuffer.wrap(payload));
        return entry.flip();
    }

    /** Queues one section; the list gets an element once it is forced. */
    List<LogWrite> queue(long group, long replica, Consumer<LogWrite.Section> changes) {
        List<LogWrite> forced = new ArrayList<>();
        LogWrite write = new LogWrite(forced::add);
        changes.accept(write.section(group, replica));
        assertThat(log.write(write)).isTrue();
        return forced;
    }

    /** Writes one section and sees it acknowledged. */
    void write(long group, long replica, Consumer<LogWrite.Section> changes) {
        List<LogWrite> forced = queue(group, replica, changes);
        run();
        assertThat(failures).isEmpty();
        assertThat(forced).hasSize(1);
    }

    /** Appends entries {@code from..to} of {@code term}, with payloads like {@code 7/2}. */
    void append(long group, long from, long to, long term) {
        write(group, 1, section -> {
            for (long index = from; index <= to; index++) {
                section.entry(entry(index, term, index + "/" + term));
            }
        });
    }

    void run() {
        host.runUntilIdle(clock.nanos());
    }

    String read(long group, long from, long to) {
        return read(group, from, to, 1 << 20);
    }

    String read(long group, long from, long to, int bytesMax) {
        List<String> found = new ArrayList<>();
        assertThat(log.read(group, from, to, bytesMax, (g, first, last, entries) -> {
                    int at = 0;
                    for (long index = first; index <= last; index++) {
                        assertThat(EntryLayout.index(entries, at)).isEqualTo(index);
                        byte[] payload = new byte[EntryLayout.payloadBytes(entries, at)];
                        entries.get(at + EntryLayout.HEADER_BYTES, payload);
                        found.add(new String(payload, StandardCharsets.UTF_8));
                        at += EntryLayout.entryBytes(entries, at);
                    }
                    assertThat(at).isEqualTo(entries.limit());
                }))
                .isTrue();
        run();
        assertThat(failures).isEmpty();
        return String.join(" ", found);
    }

    GroupImage image(long group) {
        return log.recovered().stream()
                .filter(image -> image.group() == group)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no group " + group + " in " + describe()));
    }

    String describe() {
        return log.recovered().stream()
                .map(image -> image.group() + "." + image.replicaId() + "[" + image.firstIndex() + ".."
                        + image.lastIndex() + (image.isBroken() ? " broken]" : "]"))
                .collect(Collectors.joining(" "));
    }

    List<Record> records() {
        List<Record> records = new ArrayList<>();
        RecordScanner scanner = new RecordScanner(segments);
        for (int segment : segments.list()) {
            scanner.start(segment, 0);
            while (scanner.advance()) {
                List<Long> groups = new ArrayList<>();
                int at = scanner.base() + RecordLayout.HEADER_BYTES;
                for (int i = 0; i < scanner.buffer().getInt(scanner.base() + RecordLayout.SECTION_COUNT); i++) {
                    if (scanner.buffer().getInt(at + RecordLayout.SECTION_FLAGS) != RecordLayout.VOUCH) {
                        groups.add(scanner.buffer().getLong(at));
                    }
                    at += scanner.buffer().getInt(at + RecordLayout.SECTION_LENGTH);
                }
                records.add(new Record(segment, scanner.offset(), scanner.length(), scanner.sequence(), groups));
            }
        }
        return records;
    }

    /** The last record with a section of {@code group}. */
    Record lastRecordOf(long group) {
        return records().stream()
                .filter(record -> record.groups.contains(group))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    void close() {
        log.close();
        host.close();
    }

    /** Ends as a killed process does: nothing is finished, what was written stays in the cache of the machine. */
    void kill() {
        host.crash();
        segments.close();
    }
}
