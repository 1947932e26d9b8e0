package dev.cleave.engine.log;

import static dev.cleave.engine.log.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a log keeps, whatever its segments are made of. */
abstract class SharedLogContract {
    final LogOptions options = LogOptions.small();
    TestLog log;

    abstract Segments openSegments(LogOptions options);

    /** Overwrites bytes of a segment while nobody has it open. */
    abstract void overwrite(int segment, long offset, byte[] bytes);

    abstract byte[] bytesAt(int segment, long offset, int count);

    void open() {
        log = new TestLog(options, this::openSegments);
    }

    void reopen() {
        log.close();
        open();
    }

    /** Opens the log as if nothing had been summed up. */
    void openAndReadAll() {
        try (Segments segments = openSegments(options)) {
            for (int segment : segments.list()) {
                segments.dropSummary(segment);
            }
        }
        open();
    }

    void killAndReopen() {
        log.kill();
        open();
    }

    @AfterEach
    void closeLast() {
        if (log != null) {
            log.close();
        }
    }

    void flip(TestLog.Record record) {
        long offset = record.offset() + record.length() - 6;
        byte[] bytes = bytesAt(record.segment(), offset, 1);
        bytes[0] ^= 0x10;
        overwrite(record.segment(), offset, bytes);
    }

    @Test
    void anEmptyLogOpensAgainAndAgain() {
        open();
        reopen();
        killAndReopen();

        assertThat(log.log.recovered()).isEmpty();
        assertThat(log.read(1, 1, 10)).isEmpty();
        assertThat(log.log.isDiskFull()).isFalse();
    }

    @Test
    void entriesOfOneTurnMayBeMoreThanASegmentHolds() {
        open();
        byte[] payload = new byte[30_000];
        log.write(7, 1, section -> {
            section.reset(5, 5);
            for (long index = 6; index <= 25; index++) {
                section.entry(entry(index, 6, payload));
            }
            section.hardState(6, 2, 25).mark(new byte[] {9});
        });

        killAndReopen();

        GroupImage image = log.image(7);
        assertThat(List.of(image.firstIndex(), image.lastIndex(), image.term(), image.votedFor(), image.commit()))
                .containsExactly(6L, 25L, 6L, 2L, 25L);
        assertThat(image.mark()).containsExactly(9);
        assertThat(log.read(7, 25, 25)).hasSize(payload.length);
    }

    @Test
    void aPartOfALargeTurnNeverCommitsWhatItDoesNotHold() {
        LogWrite.Section section = new LogWrite.Section(7, 1).hardState(6, 2, 12);
        for (long index = 6; index <= 13; index++) {
            section.entry(entry(index, 6, new byte[1_000]));
        }

        List<LogWrite.View> pieces =
                section.divided(3_100).stream().map(LogWrite.Section::view).toList();

        assertThat(pieces).extracting(piece -> piece.entries().size()).containsExactly(3, 3, 2);
        assertThat(pieces).extracting(LogWrite.View::commit).containsExactly(8L, 11L, 12L);
        assertThat(pieces).allMatch(piece -> piece.term() == 6 && piece.votedFor() == 2);
    }

    @Test
    void whatWasAcknowledgedIsThereAfterReopening() {
        open();
        log.append(7, 1, 3, 5);
        log.write(7, 1, section -> section.hardState(5, 2, 3).mark(new byte[] {9}));
        log.append(8, 1, 1, 6);
        assertThat(log.read(7, 1, 3)).isEqualTo("1/5 2/5 3/5");

        killAndReopen();

        GroupImage image = log.image(7);
        assertThat(List.of(image.replicaId(), image.term(), image.votedFor(), image.commit()))
                .containsExactly(1L, 5L, 2L, 3L);
        assertThat(image.hasHardState()).isTrue();
        assertThat(image.firstIndex()).isEqualTo(1);
        assertThat(image.lastIndex()).isEqualTo(3);
        assertThat(image.runStarts()).containsExactly(1);
        assertThat(image.runTerms()).containsExactly(5);
        assertThat(image.mark()).containsExactly(9);
        assertThat(log.image(8).hasHardState()).isFalse();
        assertThat(log.describe()).isEqualTo("7.1[1..3] 8.1[1..1]");
        assertThat(log.read(7, 2, 9)).isEqualTo("2/5 3/5");

        log.append(7, 4, 4, 5);
        reopen();

        assertThat(log.read(7, 1, 9)).isEqualTo("1/5 2/5 3/5 4/5");
    }

    /** rules: 34 */
    @Test
    void anEntryReplacesEverythingFromItsIndexOn() {
        open();
        log.append(1, 1, 6, 1);
        log.append(1, 4, 5, 2);
        assertThat(log.read(1, 1, 9)).isEqualTo("1/1 2/1 3/1 4/2 5/2");

        killAndReopen();

        assertThat(log.read(1, 1, 9)).isEqualTo("1/1 2/1 3/1 4/2 5/2");
        assertThat(log.image(1).runStarts()).containsExactly(1, 4);
        assertThat(log.image(1).runTerms()).containsExactly(1, 2);
    }

    @Test
    void resetBeginsTheLogAfterAnIndex() {
        open();
        log.append(1, 1, 6, 1);
        log.write(1, 1, section -> section.reset(100, 9).hardState(9, 0, 100));
        assertThat(log.read(1, 1, 9)).isEmpty();
        log.append(1, 101, 102, 9);

        killAndReopen();

        assertThat(log.read(1, 101, 102)).isEqualTo("101/9 102/9");
        assertThat(log.image(1).compactIndex()).isEqualTo(100);
        assertThat(log.image(1).compactTerm()).isEqualTo(9);
        assertThat(log.image(1).firstIndex()).isEqualTo(101);
    }

    @Test
    void compactedEntriesAreGoneAndTheBaseIsKept() {
        open();
        log.append(1, 1, 3, 1);
        log.append(1, 4, 6, 2);
        log.write(1, 1, section -> section.compact(4, 2));
        assertThat(log.read(1, 4, 6)).isEmpty();
        assertThat(log.read(1, 5, 6)).isEqualTo("5/2 6/2");

        reopen();

        assertThat(log.read(1, 4, 6)).isEmpty();
        assertThat(log.read(1, 5, 6)).isEqualTo("5/2 6/2");
        assertThat(log.image(1).compactTerm()).isEqualTo(2);
        assertThat(log.image(1).runStarts()).containsExactly(5);

        log.write(1, 1, section -> section.compact(6, 2));
        reopen();
        assertThat(log.describe()).isEqualTo("1.1[7..6]");
        log.append(1, 7, 7, 2);
        assertThat(log.read(1, 7, 7)).isEqualTo("7/2");
    }

    @Test
    void aRemovedReplicaLeavesNothingAndTakesNothing() {
        open();
        log.append(1, 1, 3, 1);
        log.write(1, 1, section -> section.remove());
        assertThat(log.read(1, 1, 3)).isEmpty();

        log.write(1, 1, section -> section.hardState(9, 9, 9));
        reopen();

        assertThat(log.log.recovered()).isEmpty();
        log.write(1, 1, section -> section.hardState(9, 9, 9));
        log.write(1, 1, section -> section.remove());
        killAndReopen();
        assertThat(log.log.recovered()).isEmpty();
    }

    @Test
    void aLargerReplicaIdStartsAfreshAndASmallerOneIsIgnored() {
        open();
        log.append(1, 1, 3, 1);
        log.write(1, 1, section -> section.hardState(4, 4, 3));
        log.write(1, 2, section -> section.reset(50, 7).entry(entry(51, 7, "new")));
        log.write(1, 1, section -> section.hardState(9, 9, 9));

        assertThat(log.read(1, 51, 60)).isEqualTo("new");
        killAndReopen();

        assertThat(log.describe()).isEqualTo("1.2[51..51]");
        assertThat(log.image(1).hasHardState()).isFalse();
        assertThat(log.read(1, 51, 60)).isEqualTo("new");
    }

    @Test
    void aMarkStaysUntilItIsCleared() {
        open();
        log.write(1, 1, section -> section.mark(new byte[] {1, 2}));
        log.append(1, 1, 1, 1);
        reopen();
        assertThat(log.image(1).mark()).containsExactly(1, 2);

        log.write(1, 1, section -> section.mark(new byte[0]));
        reopen();
        assertThat(log.image(1).mark()).isEmpty();
    }

    @Test
    void aReadStaysWithinItsBytesButGivesOneEntryAtLeast() {
        open();
        log.append(1, 1, 9, 1);

        assertThat(log.read(1, 2, 9, 1)).isEqualTo("2/1");
        assertThat(log.read(1, 2, 9, 60)).isEqualTo("2/1 3/1");
        assertThat(log.read(1, 8, 100)).isEqualTo("8/1 9/1");
        assertThat(log.read(1, 10, 100)).isEmpty();
        assertThat(log.read(2, 1, 1)).isEmpty();
    }

    @Test
    void readsAndWritesOfOneTurnAreServedInTheirOrder() {
        open();
        List<String> events = new ArrayList<>();
        for (long index = 1; index <= 3; index++) {
            LogWrite write = new LogWrite(done -> events.add("forced"));
            write.section(1, 1).entry(entry(index, 1, "x"));
            log.log.write(write);
            log.log.read(1, 1, 9, 1000, (group, from, last, entries) -> events.add("last " + last));
        }
        log.run();

        assertThat(events).containsExactly("forced", "last 1", "forced", "last 2", "forced", "last 3");
    }

    @Test
    void oneWriteMayHoldManyGroupsAndOneBatchManyWrites() {
        open();
        List<LogWrite> forced = new ArrayList<>();
        for (int turn = 1; turn <= 3; turn++) {
            LogWrite write = new LogWrite(forced::add);
            for (long group = 1; group <= 200; group++) {
                write.section(group, 1)
                        .entry(entry(turn, 1, "g" + group + "t" + turn))
                        .hardState(1, 0, turn - 1);
            }
            assertThat(log.log.write(write)).isTrue();
        }
        log.run();
        assertThat(forced).hasSize(3);

        killAndReopen();

        assertThat(log.log.recovered()).hasSize(200).noneMatch(GroupImage::isBroken);
        assertThat(log.read(137, 1, 3)).isEqualTo("g137t1 g137t2 g137t3");
    }

    @Test
    void aSectionLargerThanARecordIsWrittenInParts() {
        open();
        byte[] payload = new byte[options.entryBytesMax() - 24];
        log.write(1, 1, section -> {
            for (long index = 1; index <= 3; index++) {
                payload[0] = (byte) ('a' + index);
                section.entry(entry(index, 1, payload));
            }
            section.hardState(1, 1, 2).mark(new byte[options.markBytesMax()]);
        });

        killAndReopen();

        assertThat(log.describe()).isEqualTo("1.1[1..3]");
        assertThat(log.image(1).commit()).isEqualTo(2);
        assertThat(log.image(1).mark()).hasSize(options.markBytesMax());
        assertThat(log.read(1, 2, 3)).startsWith("c").contains(" d");
    }

    @Test
    void whatIsTooLargeIsRefusedInWords() {
        open();
        LogWrite tooLong = new LogWrite(write -> {});
        tooLong.section(1, 1).entry(entry(1, 1, new byte[options.entryBytesMax()]));

        assertThatThrownBy(() -> log.log.write(tooLong)).hasMessageContaining("larger than a record");
    }

    @Test
    void aWriteLargerThanASegmentIsSpreadOverSeveral() {
        open();
        List<LogWrite> forced = new ArrayList<>();
        LogWrite write = new LogWrite(forced::add);
        for (long group = 1; group <= 10; group++) {
            LogWrite.Section section = write.section(group, 1);
            for (long index = 1; index <= 50; index++) {
                section.entry(entry(index, 1, new byte[1000]));
            }
        }
        log.log.write(write);
        log.run();
        assertThat(forced).hasSize(1);
        assertThat(log.segments.list().length).isGreaterThanOrEqualTo(3);

        killAndReopen();

        assertThat(log.log.recovered()).hasSize(10).allMatch(image -> image.lastIndex() == 50);
    }

    @Test
    void aFullQueueSaysSoAndTakesMoreAfterwards() {
        open();
        int taken = 0;
        while (log.log.write(new LogWrite(write -> {})) && taken < 10_000) {
            taken++;
        }
        assertThat(taken).isBetween(options.queueMax(), 2 * options.queueMax());
        assertThat(log.log.read(1, 1, 1, 1, (group, from, last, entries) -> {})).isFalse();

        log.run();

        assertThat(log.log.write(new LogWrite(write -> {}))).isTrue();
    }

    @Test
    void theSmallestBatchTakesOneWrite() {
        log = new TestLog(options.withBatchBytesMax(1), this::openSegments);

        log.append(7, 1, 3, 5);
        log.append(7, 4, 4, 5);

        assertThat(log.read(7, 1, 4)).isEqualTo("1/5 2/5 3/5 4/5");
    }

    @Test
    void anEntryOutOfPlaceStopsTheLogBeforeItIsWritten() {
        open();
        log.append(1, 1, 2, 1);

        List<LogWrite> forced = log.queue(1, 1, section -> section.entry(entry(4, 1, "gap")));
        log.run();

        assertThat(forced).isEmpty();
        assertThat(log.failures).singleElement().asString().contains("does not follow 2");
        open();
        assertThat(log.describe()).isEqualTo("1.1[1..2]");
    }

    @Test
    void segmentsThatNobodyNeedsAreDeleted() {
        open();
        churn(1, 1, 3000);

        assertThat(log.segments.oldest()).isGreaterThan(1);
        assertThat(log.log.bytesOnDisk()).isLessThan(3L * options.segmentBytes());
        reopen();

        assertThat(log.describe()).isEqualTo("1.1[3001..3000]");
    }

    /** Appends entries of 200 bytes to a group and compacts it right away, so that segments come and go. */
    private void churn(long group, long from, long to) {
        for (long index = from; index <= to; index++) {
            long at = index;
            log.queue(
                    group,
                    1,
                    section -> section.entry(entry(at, 1, new byte[200]))
                            .hardState(1, 0, at)
                            .compact(at, 1));
            if (index % 100 == 0) {
                log.run();
            }
        }
        log.run();
        assertThat(log.failures).isEmpty();
    }

    @Test
    void groupsThatSleepAreRewrittenSoThatTheLogStaysBounded() {
        open();
        for (long group = 100; group < 200; group++) {
            long id = group;
            log.write(
                    id,
                    3,
                    section -> section.reset(10, 2)
                            .entry(entry(11, 3, "a" + id))
                            .entry(entry(12, 4, "b" + id))
                            .hardState(4, 1, 11)
                            .mark(new byte[] {(byte) id}));
        }
        log.write(200, 1, section -> section.hardState(1, 1, 0));
        log.write(300, 1, section -> section.hardState(1, 1, 0));
        log.write(300, 1, section -> section.remove());
        log.write(500, 1, section -> section.reset(0, 9));
        log.write(400, 1, section -> section.entry(entry(1, 1, "x")).mark(new byte[] {1}));
        log.write(400, 1, section -> section.compact(1, 1).mark(new byte[0]));

        long index = 1;
        for (int round = 0; round < 3; round++) {
            churn(1, index, index + 7999);
            index += 8000;
            assertThat(log.log.bytesOnDisk()).isLessThan(options.diskBytesMax() + 2L * options.segmentBytes());
            checkSleepers();
            killAndReopen();
            checkSleepers();
            assertThat(log.log.recovered()).hasSize(104).noneMatch(GroupImage::isBroken);
            assertThat(log.image(200).votedFor()).isEqualTo(1);
            assertThat(log.image(400).compactIndex()).isEqualTo(1);
            assertThat(log.image(400).mark()).isEmpty();
            assertThat(log.image(500).compactTerm()).isEqualTo(9);
        }
        assertThat(log.segments.oldest()).isGreaterThan(5);
    }

    private void checkSleepers() {
        for (long group = 100; group < 200; group++) {
            assertThat(log.read(group, 11, 12)).isEqualTo("a" + group + " b" + group);
        }
        log.log.recovered().stream()
                .filter(image -> image.group() >= 100 && image.group() < 200)
                .forEach(image -> {
                    assertThat(image.replicaId()).isEqualTo(3);
                    assertThat(image.term()).isEqualTo(4);
                    assertThat(image.compactTerm()).isEqualTo(2);
                    assertThat(image.runStarts()).containsExactly(11, 12);
                    assertThat(image.mark()).containsExactly((byte) image.group());
                });
    }

    @Test
    void aTornTailIsCutAndTheLogGoesOn() {
        open();
        log.append(1, 1, 3, 1);
        log.append(2, 1, 1, 1);
        TestLog.Record torn = log.lastRecordOf(2);
        log.kill();
        overwrite(torn.segment(), torn.offset() + 70, new byte[torn.length() - 70]);

        open();

        assertThat(log.describe()).isEqualTo("1.1[1..3]");
        log.append(1, 4, 4, 1);
        killAndReopen();
        assertThat(log.read(1, 1, 9)).isEqualTo("1/1 2/1 3/1 4/1");
    }

    @Test
    void aTornTailWithSoundRecordsBehindTheTearIsCutForGood() {
        open();
        log.append(1, 1, 3, 1);
        log.write(1, 1, section -> section.hardState(1, 1, 1));
        // Three records in one force: that a later one survives does not prove that the first was acknowledged.
        byte[] payload = new byte[options.recordBytesMax() / 2];
        for (long group = 10; group < 13; group++) {
            log.queue(group, 1, section -> section.entry(entry(1, 1, payload)));
        }
        log.run();
        TestLog.Record first = log.lastRecordOf(10);
        log.kill();
        flip(first);

        open();

        assertThat(log.describe()).isEqualTo("1.1[1..3]");
        log.append(1, 4, 4, 1);
        killAndReopen();
        assertThat(log.describe()).isEqualTo("1.1[1..4]");
        reopen();
        assertThat(log.describe()).isEqualTo("1.1[1..4]");
    }

    @Test
    void aSectionInPartsIsCutWholeIfItsLastPartIsTorn() {
        open();
        log.append(2, 1, 1, 1);
        log.append(1, 1, 3, 1);
        byte[] payload = new byte[options.recordBytesMax() / 2];
        log.write(1, 1, section -> {
            for (long index = 2; index <= 5; index++) {
                section.entry(entry(index, 2, payload));
            }
        });
        TestLog.Record last = log.lastRecordOf(1);
        log.kill();
        flip(last);

        open();

        assertThat(log.read(1, 1, 9)).isEqualTo("1/1 2/1 3/1");
        assertThat(log.describe()).isEqualTo("1.1[1..3] 2.1[1..1]");
        killAndReopen();
        assertThat(log.describe()).isEqualTo("1.1[1..3] 2.1[1..1]");
    }

    @Test
    void damageBreaksTheGroupsItMayConcernAndTheOthersGoOn() {
        open();
        for (long group = 1; group <= 4; group++) {
            log.append(group, 1, 2, 1);
        }
        log.append(2, 3, 3, 1);
        TestLog.Record damaged = log.lastRecordOf(2);
        log.append(2, 4, 4, 1);
        log.append(1, 3, 3, 1);
        log.append(4, 3, 3, 1);
        log.kill();
        flip(damaged);

        open();

        // Group 3 has written nothing since: it may have been in the hole.
        assertThat(log.describe()).isEqualTo("1.1[1..3] 2.1[1..0 broken] 3.1[1..0 broken] 4.1[1..3]");
        assertThat(log.log.mayHaveLostGroups()).isTrue();
        assertThat(log.read(1, 1, 3)).isEqualTo("1/1 2/1 3/1");
        assertThat(log.read(2, 1, 4)).isEmpty();
        log.append(1, 4, 4, 1);

        reopen();
        assertThat(log.describe()).isEqualTo("1.1[1..4] 2.1[1..0 broken] 3.1[1..0 broken] 4.1[1..3]");

        log.write(2, 1, section -> section.mark(new byte[] {1}));
        log.write(2, 1, section -> section.remove());
        log.write(3, 2, section -> section.reset(20, 2).hardState(2, 0, 20));
        reopen();
        assertThat(log.describe()).isEqualTo("1.1[1..4] 3.2[21..20] 4.1[1..3]");
    }

    @Test
    void damageInAnOlderSegmentIsKnownToConcernItsGroupsAlone() {
        open();
        for (long group = 1; group <= 4; group++) {
            log.append(group, 1, 2, 1);
        }
        log.append(2, 3, 3, 1);
        TestLog.Record damaged = log.lastRecordOf(2);
        reopen();
        log.append(9, 1, 1, 1);
        log.kill();
        flip(damaged);

        openAndReadAll();

        assertThat(log.describe()).isEqualTo("1.1[1..2] 2.1[1..0 broken] 3.1[1..2] 4.1[1..2] 9.1[1..1]");
        for (int round = 0; round < 3; round++) {
            killAndReopen();
            assertThat(log.describe()).isEqualTo("1.1[1..2] 2.1[1..0 broken] 3.1[1..2] 4.1[1..2] 9.1[1..1]");
        }
    }

    @Test
    void aBrokenGroupStaysBrokenWhenTheDamagedSegmentIsCleanedAway() {
        open();
        log.append(5, 1, 2, 1);
        log.append(5, 3, 3, 1);
        TestLog.Record damaged = log.lastRecordOf(5);
        log.append(1, 1, 1, 1);
        log.write(1, 1, section -> section.hardState(1, 0, 1).compact(1, 1));
        log.close();
        flip(damaged);
        openAndReadAll();
        assertThat(log.describe()).contains("5.1[1..0 broken]");

        churn(1, 2, 9000);

        assertThat(log.segments.oldest()).isGreaterThan(damaged.segment());
        reopen();
        assertThat(log.describe()).contains("5.1[1..0 broken]");
    }

    @Test
    void damageInTheLastForcedRecordIsSeenAfterAnOrderlyCloseOrASecondOfRest() {
        open();
        log.append(1, 1, 2, 1);
        log.append(1, 3, 3, 1);
        TestLog.Record last = log.lastRecordOf(1);
        log.close();
        flip(last);
        openAndReadAll();
        assertThat(log.describe()).isEqualTo("1.1[1..0 broken]");

        log.write(1, 2, section -> section.hardState(1, 1, 0));
        log.write(1, 2, section -> section.hardState(2, 1, 0));
        log.clock.advanceMillis(1500);
        log.run();
        last = log.lastRecordOf(1);
        log.kill();
        flip(last);
        open();
        assertThat(log.describe()).isEqualTo("1.2[1..0 broken]");
    }

    @Test
    void zerosAtTheStartOfAnOlderSegmentAreDamageAndNothingElse() {
        open();
        log.append(1, 1, 2, 1);
        TestLog.Record record = log.lastRecordOf(1);
        reopen();
        log.append(2, 1, 2, 1);
        reopen();
        log.append(3, 1, 2, 1);
        log.kill();
        overwrite(record.segment(), 0, new byte[record.offset() + record.length()]);

        open();

        assertThat(log.describe()).isEqualTo("1.1[1..0 broken] 2.1[1..2] 3.1[1..2]");
        log.append(2, 3, 3, 1);
        killAndReopen();
        assertThat(log.describe()).isEqualTo("1.1[1..0 broken] 2.1[1..3] 3.1[1..2]");
    }

    @Test
    void aReadThatMeetsDamageEndsTheLogAndTheNextOpeningBreaksTheGroup() {
        open();
        log.append(2, 1, 2, 1);
        log.append(1, 1, 2, 1);
        log.append(1, 3, 3, 1);
        TestLog.Record record = log.lastRecordOf(1);
        log.append(2, 3, 3, 1);
        List<Long> answers = new ArrayList<>();
        flip(record);

        log.log.read(1, 3, 3, 1000, (group, from, last, entries) -> answers.add(last));
        log.run();

        assertThat(answers).isEmpty();
        assertThat(log.failures).singleElement().asString().contains("is not what was written");
        open();
        assertThat(log.describe()).isEqualTo("1.1[1..0 broken] 2.1[1..3]");
    }

    @Test
    void aNewestSegmentWithoutAnyRecordIsDropped() {
        open();
        log.append(1, 1, 2, 1);
        int[] before = log.segments.list();
        reopen();
        int newest = log.segments.list()[before.length];
        long bytes = log.segments.bytes(newest);
        log.kill();
        overwrite(newest, 0, new byte[(int) Math.min(bytes, 64 << 10)]);

        open();

        assertThat(log.read(1, 1, 2)).isEqualTo("1/1 2/1");
    }

    @Test
    void withoutSyncTheLogWorksAndForcesNothing() {
        log = new TestLog(options.withSync(false), this::openSegments);
        log.append(1, 1, 2, 1);
        churn(2, 1, 3000);
        log.close();

        open();

        assertThat(log.read(1, 1, 2)).isEqualTo("1/1 2/1");
    }

    @Test
    void aFloorOfFreeSpaceThatIsNotThereIsAFullDisk() {
        log = new TestLog(options.withFreeBytesFloor(1L << 60), this::openSegments);

        assertThat(log.log.isDiskFull()).isTrue();
    }

    @Test
    void theSpaceOfTheNextSegmentIsHeldReadyAndOutlivesAnOrderlyStop() {
        open();
        assertThat(log.log.isOutOfSpace()).isFalse();
        assertThat(log.segments.bytesOnDisk()).isEqualTo(2L * options.segmentBytes());
        log.append(1, 1, 1, 1);
        log.close();

        Segments segments = openSegments(options);

        assertThat(segments.bytesOnDisk())
                .isGreaterThan(options.segmentBytes())
                .isLessThan(options.segmentBytes() + (64L << 10));
        assertThat(segments.reserveNext()).isTrue();
        assertThat(segments.bytesOnDisk()).isLessThan(options.segmentBytes() + (64L << 10));
        segments.close();
        open();
    }

    @Test
    void aLogThatIsKilledAgainAndAgainKeepsNoReserveButItsLast() {
        open();
        for (int life = 0; life < 6; life++) {
            log.append(1, 1 + life, 1 + life, 1);
            killAndReopen();
        }

        long leftovers = 6 * (64L << 10);
        assertThat(log.segments.bytesOnDisk()).isLessThan(2L * options.segmentBytes() + leftovers + (16 << 10));
        assertThat(log.read(1, 1, 9)).isEqualTo("1/1 2/1 3/1 4/1 5/1 6/1");
    }

    @Test
    void aRecordThatEndsInZerosIsKeptWholeWhenTheReserveIsGivenBack() {
        open();
        for (long index = 1; index <= 5; index++) {
            long at = index;
            log.write(1, 1, section -> section.entry(entry(at, 1, new byte[30_000])));
        }

        killAndReopen();
        killAndReopen();

        assertThat(log.describe()).isEqualTo("1.1[1..5]");
        assertThat(log.read(1, 5, 5)).hasSize(30_000);
    }

    @Test
    void theLogNamesTheGroupsThatKeepItOverItsBudgetAndShrinksOnceTheyCompact() {
        open();
        for (long index = 1; index <= 160; index++) {
            long at = index;
            log.write(7, 1, section -> section.entry(entry(at, 1, new byte[5000])));
        }
        churn(8, 1, 3000);
        assertThat(log.log.bytesOnDisk()).isGreaterThan(options.diskBytesMax());

        long upTo = 0;
        for (int round = 0; round < 3 && log.log.bytesOnDisk() > options.diskBytesMax(); round++) {
            log.clock.advanceMillis(1100);
            log.run();
            long wished = log.log.truncationWishes().get(7L);
            assertThat(wished).isBetween(upTo + 1, 160L);
            upTo = wished;
            log.write(7, 1, section -> section.compact(wished, 1));
            log.clock.advanceMillis(1100);
            log.run();
        }

        assertThat(log.log.bytesOnDisk()).isLessThanOrEqualTo(options.diskBytesMax());
        assertThat(log.log.truncationWishes()).isEmpty();
        killAndReopen();
        assertThat(log.image(7).compactIndex()).isEqualTo(upTo);
        assertThat(log.image(7).lastIndex()).isEqualTo(160);
    }

    @Test
    void aGroupWithMoreThanItsShareIsAskedToLetTheOldestGoHoweverFewEntriesTheyAre() {
        log = new TestLog(options.withGroupBytesMax(50_000), this::openSegments);
        log.append(8, 1, 9, 1);
        for (long index = 1; index <= 12; index++) {
            long at = index;
            log.write(7, 1, section -> section.entry(entry(at, 1, new byte[4976])));
        }
        log.clock.advanceMillis(1100);
        log.append(8, 10, 10, 1);

        assertThat(log.log.truncationWishes()).isEqualTo(Map.of(7L, 2L));

        log.write(7, 1, section -> section.compact(2, 1));
        assertThat(log.log.truncationWishes()).isEmpty();
    }

    private EventfulSegments openEventful() {
        EventfulSegments[] opened = new EventfulSegments[1];
        log = new TestLog(options, given -> opened[0] = new EventfulSegments(openSegments(given)));
        return opened[0];
    }

    @Test
    void whatOpeningHasReadIsForcedBeforeAnythingElseIsWritten() {
        open();
        log.append(1, 1, 3, 1);
        log.kill();

        List<String> events = openEventful().take();

        assertThat(events.subList(0, events.indexOf("roll"))).containsExactly("force", "sum up", "force");
        assertThat(events.get(events.size() - 1)).isEqualTo("force");
    }

    @Test
    void oneForceCoversEverythingThatWaited() {
        EventfulSegments segments = openEventful();
        segments.take();
        List<String> events = segments.events;
        for (long group = 1; group <= 50; group++) {
            LogWrite write = new LogWrite(done -> events.add("acknowledge"));
            write.section(group, 1).entry(entry(1, 1, "x"));
            log.log.write(write);
        }

        log.host.runRound(log.clock.nanos());

        assertThat(segments.take()).startsWith("append", "force", "acknowledge").hasSize(52);
    }

    @Test
    void aBatchDoesNotSpanARollAndNothingIsRolledUnforced() {
        EventfulSegments segments = openEventful();
        List<String> events = segments.events;
        byte[] payload = new byte[options.entryBytesMax() / 2];
        LogWrite write = new LogWrite(done -> events.add("acknowledge"));
        for (long group = 1; group <= 40; group++) {
            write.section(group, 1).entry(entry(1, 1, payload));
        }
        segments.take();
        log.log.write(write);

        log.run();

        String story = String.join(" ", segments.take());
        assertThat(story).contains("roll").endsWith("append force acknowledge");
        assertThat(story.replace("append ", "")).doesNotContain("roll roll").contains("force force sum up roll force");
        // A summary claims nothing that is not forced.
        for (String before : story.split(" sum up roll")) {
            assertThat(before).matches(".*(force|acknowledge)");
        }
    }

    @Test
    void segmentsAreDeletedStrictlyOldestFirst() {
        EventfulSegments segments = openEventful();
        log.write(5, 1, section -> section.entry(entry(1, 1, "pins the first segment")));
        churn(1, 1, 1500);
        assertThat(segments.take()).noneMatch(event -> event.startsWith("delete"));

        log.write(5, 1, section -> section.compact(1, 1));
        churn(1, 1501, 3000);

        List<String> deleted = segments.take().stream()
                .filter(event -> event.startsWith("delete"))
                .toList();
        assertThat(deleted).startsWith("delete 1", "delete 2");
    }

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

    /** Group 2's third entry rots in a segment that opening has not read, and the scrub has met it. */
    private int openAndFindDamage() {
        open();
        for (long group = 1; group <= 4; group++) {
            log.append(group, 1, 2, 1);
        }
        log.append(2, 3, 3, 1);
        TestLog.Record damaged = log.lastRecordOf(2);
        log.append(3, 3, 3, 1);
        log.close();
        flip(damaged);
        open();
        assertThat(log.describe()).isEqualTo("1.1[1..2] 2.1[1..3] 3.1[1..3] 4.1[1..2]");
        for (int i = 0; i < 20 && log.log.truncationWishes().isEmpty(); i++) {
            log.clock.advanceMillis(100);
            log.run();
        }
        return damaged.segment();
    }

    @Test
    void whatHasNotBeenReadAtOpeningIsReadSoonAfterAndADamagedSegmentGoesOnceItsOwnersHaveCompacted() {
        int damaged = openAndFindDamage();
        assertThat(log.log.truncationWishes()).isEqualTo(Map.of(1L, 2L, 2L, 3L, 3L, 3L, 4L, 2L));

        for (long group = 1; group <= 4; group++) {
            long last = group == 2 || group == 3 ? 3 : 2;
            log.write(group, 1, section -> section.compact(last, 1));
        }
        for (int i = 0; i < 20 && log.segments.oldest() <= damaged; i++) {
            log.clock.advanceMillis(100);
            log.run();
        }

        assertThat(log.segments.oldest()).isGreaterThan(damaged);
        assertThat(log.log.truncationWishes()).isEmpty();
        assertThat(log.failures).isEmpty();
        killAndReopen();
        assertThat(log.describe()).isEqualTo("1.1[3..2] 2.1[4..3] 3.1[4..3] 4.1[3..2]");
    }

    @Test
    void aDamagedSegmentStaysWhileAnOwnerStillNeedsItAndNothingOfItIsCopied() {
        int damaged = openAndFindDamage();
        for (long group = 1; group <= 4; group++) {
            long at = group;
            if (group != 2) {
                log.write(group, 1, section -> section.compact(at == 3 ? 3 : 2, 1));
            }
        }
        for (int i = 0; i < 40; i++) {
            log.clock.advanceMillis(100);
            log.run();
        }

        assertThat(log.segments.oldest()).isLessThanOrEqualTo(damaged);
        assertThat(log.log.truncationWishes()).isEqualTo(Map.of(2L, 3L));
        assertThat(log.failures).isEmpty();
    }

    @Test
    void aDamagedSegmentThatIsStillThereAtTheNextOpeningBreaksTheGroupsItConcerns() {
        openAndFindDamage();

        killAndReopen();

        assertThat(log.describe()).isEqualTo("1.1[1..2] 2.1[1..0 broken] 3.1[1..3] 4.1[1..2]");
    }

    @Test
    void aReadThatMeetsDamageMakesTheNextOpeningReadThatSegment() {
        open();
        log.append(2, 1, 2, 1);
        log.append(1, 1, 3, 1);
        TestLog.Record record = log.lastRecordOf(1);
        log.append(2, 3, 3, 1);
        log.close();
        flip(record);
        open();

        log.log.read(1, 1, 3, 1000, (group, from, last, entries) -> {});
        log.run();

        assertThat(log.failures).singleElement().asString().contains("is not what was written");
        open();
        assertThat(log.describe()).isEqualTo("1.1[1..0 broken] 2.1[1..3]");
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
}
