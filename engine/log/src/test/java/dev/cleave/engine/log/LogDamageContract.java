package dev.cleave.engine.log;

import static dev.cleave.engine.log.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a log does about bytes that are not what was written: a torn tail is cut, anything else is owned up to. */
abstract class LogDamageContract extends LogFixture {
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

    /** Nothing that is left needs the damaged segment: it would be the first to go. */
    @Test
    void aLossIsToldAgainUntilItsOwnerHasWritten() {
        open();
        log.append(1, 1, 2, 1);
        TestLog.Record all = log.lastRecordOf(1);
        log.append(2, 1, 2, 1);
        log.write(2, 1, section -> section.remove());
        log.kill();
        flip(all);
        for (int start = 0; start < 2; start++) {
            open();
            assertThat(log.describe()).isEmpty();
            assertThat(log.log.mayHaveLostGroups()).isTrue();
            log.run();
            log.kill();
        }
        open();

        log.append(3, 1, 1, 1);
        log.run();

        assertThat(log.segments.oldest()).isGreaterThan(all.segment());
        killAndReopen();
        assertThat(log.log.mayHaveLostGroups()).isFalse();
    }

    @Test
    void aSegmentThatAnOpeningFoundDamagedGoesOnceItsOwnersHaveCompacted() {
        open();
        log.append(1, 1, 2, 1);
        log.append(2, 1, 2, 1);
        TestLog.Record damaged = log.lastRecordOf(1);
        log.append(1, 3, 3, 1);
        log.append(2, 3, 3, 1);
        log.kill();
        flip(damaged);
        open();
        log.write(1, 1, section -> section.remove());
        log.run();
        assertThat(log.log.truncationWishes()).isEqualTo(Map.of(2L, 3L));

        log.write(2, 1, section -> section.compact(3, 1));
        for (int i = 0; i < 20 && log.segments.oldest() <= damaged.segment(); i++) {
            log.clock.advanceMillis(100);
            log.run();
        }

        assertThat(log.segments.oldest()).isGreaterThan(damaged.segment());
        killAndReopen();
        assertThat(log.log.mayHaveLostGroups()).isFalse();
        assertThat(log.describe()).isEqualTo("2.1[4..3]");
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

    /** Group 2's third entry rots in a segment that opening has not read, and the scrub has met it. Group 5 has nothing there but its vote. */
    private int openAndFindDamage() {
        open();
        log.write(5, 1, section -> section.hardState(7, 3, 0));
        for (long group = 1; group <= 4; group++) {
            log.append(group, 1, 2, 1);
        }
        log.append(2, 3, 3, 1);
        TestLog.Record damaged = log.lastRecordOf(2);
        log.append(3, 3, 3, 1);
        log.close();
        flip(damaged);
        open();
        assertThat(log.describe()).isEqualTo("1.1[1..2] 2.1[1..3] 3.1[1..3] 4.1[1..2] 5.1[1..0]");
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
        assertThat(log.image(5).votedFor()).isEqualTo(3);
        assertThat(log.describe()).isEqualTo("1.1[3..2] 2.1[4..3] 3.1[4..3] 4.1[3..2] 5.1[1..0]");
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

        assertThat(log.describe()).isEqualTo("1.1[1..2] 2.1[1..0 broken] 3.1[1..3] 4.1[1..2] 5.1[1..0]");
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

    /** Seed 111987. */
    @Test
    void aGroupThatAStartCalledBrokenIsSoForTheNextOneThoughTheFirstDiedBeforeItSaidSo() {
        open();
        for (long group = 1; group <= 4; group++) {
            log.append(group, 1, 2, 1);
        }
        log.append(2, 3, 3, 1);
        TestLog.Record damaged = log.lastRecordOf(2);
        log.append(3, 3, 3, 1);
        log.kill();
        flip(damaged);

        try (Segments segments = openSegments(options)) {
            LogIndex index = new LogIndex(options);
            RecordStamp stamp = new Recovery(segments, index).run(9);
            new Journal(segments, index, options, stamp).roll();
        }

        open();
        assertThat(log.describe()).contains("2.1[1..0 broken]");
    }
}
