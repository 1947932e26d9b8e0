package dev.cleave.region.store.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.kv.KvEngine;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompactionDutyTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<Boolean> asked = new ArrayList<>();
    private boolean begins;
    private boolean isDiskFull;
    private final KvEngine engine = (KvEngine) Proxy.newProxyInstance(
            KvEngine.class.getClassLoader(), new Class<?>[] {KvEngine.class}, (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("compactForScans");
                asked.add((Boolean) arguments[0]);
                return begins;
            });

    private final CompactionDuty duty = new CompactionDuty(engine, () -> isDiskFull);

    @Test
    void itAsksEverySecond() {
        assertThat(duty.doWork(5 * SECOND)).isZero();
        assertThat(duty.nextDeadlineNanos()).isEqualTo(6 * SECOND);
        duty.doWork(6 * SECOND - 1);
        assertThat(asked).containsExactly(true);

        duty.doWork(6 * SECOND);

        assertThat(asked).containsExactly(true, true);
    }

    @Test
    void nothingBeginsWhileTheDiskIsFull() {
        isDiskFull = true;

        duty.doWork(5 * SECOND);

        assertThat(asked).containsExactly(false);
    }

    @Test
    void whatWasBegunHasTenSecondsBeforeTheNext() {
        begins = true;
        assertThat(duty.doWork(5 * SECOND)).isEqualTo(1);
        begins = false;

        duty.doWork(14 * SECOND);
        duty.doWork(15 * SECOND);

        assertThat(asked).containsExactly(true, false, true);
    }
}
