package dev.cleave.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written ahead of the log into the next segment. */
final class SpaceReserveTest {
    private static final int SEGMENT_BYTES = 20 << 20;
    private static final int STEP_BYTES = 1 << 20;
    private static final long LEAD_STEPS = (8 << 20) / STEP_BYTES;

    @TempDir
    private Path directory;

    private final SpaceReserve reserve = new SpaceReserve(SEGMENT_BYTES);

    @Test
    void whatIsHeldIsWrittenFurtherAheadTheMoreOfTheSegmentBeforeItIsInUse() {
        assertThat(stepsAhead()).as("nothing is held").isZero();

        reserve.hold(file(2));
        assertThat(stepsAhead()).isEqualTo(LEAD_STEPS);

        reserve.used(1 << 20);
        assertThat(stepsAhead()).isEqualTo((2 << 20) / STEP_BYTES);
        reserve.used(19 << 20);
        assertThat(stepsAhead()).as("no further than its end").isEqualTo((10 << 20) / STEP_BYTES);
    }

    @Test
    void whatIsWrittenAheadAreZerosAndItsSizeStays() throws IOException {
        reserve.hold(file(2));
        stepsAhead();

        assertThat(Files.size(file(2))).isEqualTo(SEGMENT_BYTES);
        assertThat(Files.readAllBytes(file(2))).containsOnly(0);
    }

    /** Else what the log had appended by then would be lost. */
    @Test
    void nothingIsWrittenIntoWhatHasBeenTaken() throws IOException {
        reserve.hold(file(2));
        assertThat(reserve.writeAhead()).isTrue();
        assertThat(reserve.take(file(2))).isTrue();
        byte[] records = {1, 2, 3};
        try (FileChannel log = FileChannel.open(file(2), StandardOpenOption.WRITE)) {
            log.write(ByteBuffer.wrap(records), STEP_BYTES);
        }

        assertThat(reserve.writeAhead()).isFalse();
        reserve.hold(file(3));
        stepsAhead();

        byte[] found = Files.readAllBytes(file(2));
        assertThat(ByteBuffer.wrap(found).slice(STEP_BYTES, records.length)).isEqualTo(ByteBuffer.wrap(records));
    }

    @Test
    void theNextIsWrittenFromItsBeginning() {
        reserve.hold(file(2));
        reserve.used(19 << 20);
        stepsAhead();
        reserve.take(file(2));
        reserve.hold(file(3));

        assertThat(stepsAhead()).isEqualTo(LEAD_STEPS);
    }

    @Test
    void afterItIsClosedItStaysForTheNextOpeningAndIsNotWritten() throws IOException {
        reserve.hold(file(2));
        reserve.close();
        assertThat(reserve.writeAhead()).isFalse();

        SpaceReserve next = new SpaceReserve(SEGMENT_BYTES);
        next.adopt(file(2), file(2));
        assertThat(next.writeAhead()).isTrue();
        next.close();
    }

    /** It is for speed alone: the roll succeeds all the same. */
    @Test
    void whatCannotBeWrittenIsLeftAsItIs() throws IOException {
        reserve.hold(file(2));
        Files.delete(file(2));
        Files.createDirectory(file(2));

        reserve.writeAhead();

        assertThat(reserve.writeAhead()).isFalse();
        assertThat(reserve.take(file(2))).isTrue();
    }

    /** It works in steps with pauses, and rests once it is far enough. */
    @Test
    void itsAgentPausesAfterEachStepAndRestsWhenNobodyUsesTheLog() {
        ReserveAgent agent = new ReserveAgent(reserve);
        reserve.hold(file(2));
        assertThat(agent.doWork(1_000)).isOne();
        assertThat(agent.doWork(1_001)).isZero();
        assertThat(agent.nextDeadlineNanos()).isEqualTo(20_001_000);

        long now = 0;
        while (agent.nextDeadlineNanos() != Long.MAX_VALUE) {
            now = agent.nextDeadlineNanos();
            agent.doWork(now);
        }
        assertThat(now).isEqualTo(1_000 + LEAD_STEPS * 20_000_000);

        reserve.used(100);
        assertThat(agent.doWork(now + 1_000_000_000))
                .as("the host gives a turn to everybody now and then")
                .isOne();
    }

    private long stepsAhead() {
        return LongStream.iterate(0, steps -> steps + 1)
                .takeWhile(steps -> reserve.writeAhead())
                .count();
    }

    private Path file(int number) {
        return directory.resolve(number + ".precreated");
    }
}
