package dev.cleave.engine.log;

import static dev.cleave.engine.log.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a log keeps, whatever its segments are made of. */
abstract class SharedLogContract extends LogSummaryContract {
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
}
