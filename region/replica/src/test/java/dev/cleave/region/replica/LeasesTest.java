package dev.cleave.region.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeasesTest {
    private static final long MS = 1_000_000L;
    private static final long LEASE = 800 * MS;
    private static final long GROUP = 7;

    private final AtomicLong now = new AtomicLong(5_000 * MS);
    private final AtomicLong wall = new AtomicLong(100_000);
    private final Leases leases = new Leases(
            new Clock() {
                @Override
                public long nanos() {
                    return now.get();
                }

                @Override
                public long wallMillis() {
                    return wall.get();
                }
            },
            LEASE);

    @Test
    void rule101_aLeaseEndsOnTheMonotonicClockEvenIfTheWallClockStops() {
        show(1);
        LeaseView lease = leases.held(GROUP);
        now.addAndGet(LEASE - 1);
        assertThat(leases.isStillHeld(GROUP, lease)).isTrue();

        now.addAndGet(1);
        assertThat(leases.isStillHeld(GROUP, lease)).isFalse();
        assertThat(leases.held(GROUP)).isEqualTo(LeaseView.NONE);
    }

    @Test
    void rule101_aMachineThatWasSuspendedNoticesByTheWallClock() {
        show(1);
        LeaseView lease = leases.held(GROUP);
        wall.addAndGet(799);
        assertThat(leases.isStillHeld(GROUP, lease)).isTrue();

        wall.addAndGet(1);
        assertThat(leases.isStillHeld(GROUP, lease)).isFalse();
    }

    @Test
    void whetherALeaseWasReadByIsToldOnce() {
        show(1);
        assertThat(leases.isHeld(GROUP)).as("a look is no use").isTrue();
        assertThat(leases.takeUse(GROUP)).isFalse();

        leases.held(GROUP);
        leases.held(GROUP);

        assertThat(leases.takeUse(GROUP)).isTrue();
        assertThat(leases.takeUse(GROUP)).isFalse();
    }

    @Test
    void aWallClockThatWentBackTellsNothingSoItEndsTheLeaseUntilTheNextRound() {
        show(1);
        wall.addAndGet(-1);
        assertThat(leases.held(GROUP)).isEqualTo(LeaseView.NONE);

        now.addAndGet(1);
        show(1);
        assertThat(leases.held(GROUP).number()).isPositive();
    }

    @Test
    void aRenewalKeepsTheNumberAndNothingElseDoes() {
        show(1);
        LeaseView first = leases.held(GROUP);
        now.addAndGet(300 * MS);
        show(1);
        assertThat(leases.isStillHeld(GROUP, first)).as("renewed").isTrue();

        leases.withdraw(GROUP);
        show(1);
        LeaseView second = leases.held(GROUP);
        assertThat(leases.isStillHeld(GROUP, first)).as("there was a break").isFalse();
        assertThat(leases.isStillHeld(GROUP, second)).isTrue();

        show(2);
        assertThat(leases.isStillHeld(GROUP, second)).as("another term").isFalse();
    }

    @Test
    void noLeaseIsNeverHeld() {
        assertThat(leases.held(GROUP)).isEqualTo(LeaseView.NONE);
        assertThat(leases.isStillHeld(GROUP, LeaseView.NONE)).isFalse();
    }

    /**
     * One thread shows and withdraws; while nothing is shown, or the lease has run out, somebody else changes two places. Whoever read both under a lease
     * that was held without a break must have seen what stood there when it was shown. One thread alone could not see a break of that.
     *
     * <p>rules: 104
     */
    @Test
    void whatIsReadUnderALeaseThatWasHeldWithoutABreakIsWhatItsLeaderSaw() throws Exception {
        int rounds = 20_000;
        int wanted = 2_000;
        Places places = new Places();
        AtomicInteger accepted = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch over = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> readers = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                readers.add(threads.submit(() -> {
                    while (over.getCount() > 0) {
                        LeaseView lease = leases.held(GROUP);
                        long left = places.left;
                        long right = places.right;
                        if (leases.isStillHeld(GROUP, lease)) {
                            accepted.incrementAndGet();
                            assertThat(left).isEqualTo(lease.number());
                            assertThat(right).isEqualTo(lease.number());
                        } else {
                            refused.incrementAndGet();
                        }
                    }
                }));
            }
            Future<?> agent = threads.submit(() -> {
                for (long round = 1; round <= rounds || accepted.get() < wanted; round++) {
                    places.left = round;
                    places.right = round;
                    show(round);
                    now.addAndGet(100 * MS);
                    show(round);
                    if (round % 2 == 0) {
                        leases.withdraw(GROUP);
                    } else {
                        now.addAndGet(LEASE);
                    }
                }
                over.countDown();
            });
            agent.get(60, TimeUnit.SECONDS);
            for (Future<?> reader : readers) {
                reader.get(10, TimeUnit.SECONDS);
            }
        } finally {
            over.countDown();
            threads.shutdownNow();
        }

        assertThat(accepted.get()).isGreaterThanOrEqualTo(wanted);
        assertThat(refused.get()).isPositive();
    }

    private void show(long term) {
        leases.show(GROUP, term, now.get() + LEASE, wall.get());
    }

    /** What the leader of the day changes. */
    private static final class Places {
        volatile long left;
        volatile long right;
    }
}
