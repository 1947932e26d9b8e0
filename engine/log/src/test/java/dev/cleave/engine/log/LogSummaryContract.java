package dev.cleave.engine.log;

import static dev.cleave.engine.log.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the summaries of segments may spare an opening, and what they must not. */
abstract class LogSummaryContract extends LogDamageContract {
    /** Groups with everything that a summary tells of, over several segments; returns what the log says of them. */
    private String writeAllKinds() {
        log.write(5, 1, section -> section.reset(20, 3).hardState(4, 2, 20).mark(new byte[] {7, 7}));
        log.append(1, 1, 9, 1);
        log.append(1, 6, 8, 2);
        log.write(2, 3, section -> section.hardState(1, 1, 0));
        log.write(3, 1, section -> section.entry(entry(1, 1, "x")).mark(new byte[] {1}));
        log.write(3, 1, section -> section.mark(new byte[0]));
        log.write(4, 1, section -> section.entry(entry(1, 1, "x")));
        log.write(4, 1, section -> section.remove());
        log.write(6, 1, section -> section.entry(entry(1, 1, "x")).hardState(9, 9, 1));
        log.write(6, 2, section -> section.reset(5, 5));
        churn(9, 1, 900);
        log.write(5, 1, section -> section.entry(entry(21, 4, "y")).hardState(5, 1, 21));
        log.write(1, 1, section -> section.compact(5, 1).hardState(2, 1, 5));
        log.append(1, 7, 9, 3);
        churn(9, 901, 1800);
        return everything();
    }

    private String everything() {
        StringBuilder text = new StringBuilder();
        killAndReopen();
        for (GroupImage image : log.log.recovered()) {
            text.append(image.group()).append('.').append(image.replicaId());
            text.append(" term ").append(image.term()).append(" vote ").append(image.votedFor());
            text.append(" commit ").append(image.commit()).append(" state ").append(image.hasHardState());
            text.append(" base ").append(image.compactIndex()).append('/').append(image.compactTerm());
            text.append(" mark ").append(Arrays.toString(image.mark()));
            text.append(" runs ").append(Arrays.toString(image.runStarts()));
            text.append(Arrays.toString(image.runTerms())).append(" last ").append(image.lastIndex());
            text.append(" entries ").append(log.read(image.group(), image.firstIndex(), image.lastIndex()));
            text.append('\n');
        }
        return text.toString();
    }

    @Test
    void whatSummariesTellIsWhatTheSegmentsTell() {
        open();
        String told = writeAllKinds();
        log.close();
        openAndReadAll();
        String read = everything();

        assertThat(told).isEqualTo(read).contains("5.1 term 5 vote 1 commit 21", "mark [7, 7]", "6.2 term 0");
        reopen();
        assertThat(everything()).isEqualTo(read);
    }

    @Test
    void anOpeningReadsOnlyWhatCameAfterTheLastSummary() {
        open();
        writeAllKinds();
        log.close();

        Recovery killed = recover();

        int[] segments = openedSegments();
        assertThat(killed.unread()).extracting(Scrub.Claim::segment).hasSize(segments.length);
        open();
        log.append(1, 10, 10, 3);
        log.kill();
        assertThat(recover().unread()).extracting(Scrub.Claim::segment).hasSize(segments.length);
        assertThat(openedSegments()).hasSize(segments.length + 1);
    }

    private int[] openedSegments() {
        try (Segments segments = openSegments(options)) {
            return segments.list();
        }
    }

    private Recovery recover() {
        try (Segments segments = openSegments(options)) {
            Recovery recovery = new Recovery(segments, new LogIndex(options));
            recovery.run(1);
            return recovery;
        }
    }

    @Test
    void aSummaryThatIsTornRottenOrOfAnotherSegmentIsIgnoredAndTheSegmentRead() {
        open();
        String told = writeAllKinds();
        log.close();
        int segment = openedSegments()[1];
        ByteBuffer whole;
        try (Segments segments = openSegments(options)) {
            whole = segments.summary(segment);
        }
        List<ByteBuffer> bad = new ArrayList<>();
        for (int length = 0; length < whole.limit(); length += 1 + whole.limit() / 40) {
            bad.add(whole.slice(0, length));
        }
        for (int at = 0; at < whole.limit(); at += 1 + whole.limit() / 40) {
            byte[] bytes = new byte[whole.limit()];
            whole.get(0, bytes);
            bytes[at] ^= 1;
            bad.add(ByteBuffer.wrap(bytes));
        }
        try (Segments segments = openSegments(options)) {
            bad.add(segments.summary(segment + 1));
        }
        for (ByteBuffer summary : bad) {
            try (Segments segments = openSegments(options)) {
                segments.keepSummary(segment, summary.duplicate());
            }
            assertThat(recover().unread()).extracting(Scrub.Claim::segment).doesNotContain(segment);
        }
        open();
        assertThat(everything()).isEqualTo(told);
    }

    @Test
    void aSummaryWhoseSegmentHasLostItsEndOrItsBeginningIsIgnored() {
        open();
        log.append(1, 1, 3, 1);
        log.append(2, 1, 1, 1);
        log.clock.advanceMillis(1500);
        log.run();
        List<TestLog.Record> records = log.records();
        log.close();
        TestLog.Record last = records.get(records.size() - 1);
        overwrite(last.segment(), last.offset(), new byte[last.length()]);

        assertThat(recover().unread()).isEmpty();

        open();
        log.append(1, 4, 4, 1);
        log.close();
        assertThat(recover().unread()).isNotEmpty();
        int segment = openedSegments()[0];
        TestLog.Record first = records.stream()
                .filter(record -> record.segment() == segment)
                .findFirst()
                .orElseThrow();
        flip(first);

        assertThat(recover().unread()).extracting(Scrub.Claim::segment).doesNotContain(segment);
        open();
    }

    @Test
    void aSummaryGoesWithItsSegmentAndOneThatIsLeftOverIsNotTakenForAnothers() {
        open();
        log.append(1, 1, 3, 1);
        log.write(1, 1, section -> section.compact(3, 1));
        churn(2, 1, 3000);
        int oldest = log.segments.oldest();
        assertThat(oldest).isGreaterThan(1);

        assertThat(log.segments.summary(oldest - 1)).isNull();
        assertThat(log.segments.summary(oldest)).isNotNull();
    }

    @Test
    void aVoteThatIsKnownFromASummaryAloneHoldsItsSegmentOrIsWrittenAnew() {
        open();
        log.write(1, 1, section -> section.hardState(7, 3, 0).mark(new byte[] {5}));
        churn(2, 1, 900);
        killAndReopen();
        assertThat(log.segments.oldest()).isOne();

        churn(2, 901, 6000);

        assertThat(log.segments.oldest()).isGreaterThan(1);
        killAndReopen();
        assertThat(log.image(1).votedFor()).isEqualTo(3);
        assertThat(log.image(1).mark()).containsExactly((byte) 5);
    }
}
