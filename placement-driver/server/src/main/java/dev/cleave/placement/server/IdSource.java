package dev.cleave.placement.server;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.placement.server.catalog.CatalogCommand;
import dev.cleave.placement.server.catalog.CatalogResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Ids for regions, replicas and operators out of windows that were taken from the log before: never given twice, though a restart leaves a
 * gap. The next window is asked for while half of one is left.
 */
@OwnedBy("placement agent")
final class IdSource {
    private static final int WAITERS_MAX = 1_000;

    private final Log log;
    private final int window;
    private final ArrayDeque<Window> windows = new ArrayDeque<>();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private boolean isAsking;
    /** How often all was forgotten: what was asked for before is not used, since another node may have given out later ids meanwhile. */
    private long clearings;

    private static final class Window {
        long next;
        final long end;

        Window(long next, long end) {
            this.next = next;
            this.end = end;
        }
    }

    /** Where windows are taken from: exactly one outcome is heard of each command, on the placement agent. */
    @FunctionalInterface
    interface Log {
        void propose(CatalogCommand command, Proposals.Outcome outcome);
    }

    private record Waiter(int count, Consumer<LongSupplier> ready, Consumer<String> failed) {}

    IdSource(Log log, int window) {
        this.log = log;
        this.window = window;
    }

    /** Gives {@code count} ids, now or when a window has come: {@code ready} may draw exactly so many, {@code failed} hears why not. */
    void take(int count, Consumer<LongSupplier> ready, Consumer<String> failed) {
        if (waiters.size() >= WAITERS_MAX) {
            failed.accept("too many requests wait for ids; try again");
            return;
        }
        waiters.add(new Waiter(count, ready, failed));
        serve();
    }

    /** What was taken is forgotten: another node may lead now. */
    void clear() {
        clearings++;
        isAsking = false;
        windows.clear();
        failAll("this node does not lead any more");
    }

    private void serve() {
        while (!waiters.isEmpty() && available() >= waiters.peek().count) {
            waiters.remove().ready.accept(this::next);
        }
        long wanted = waiters.stream().mapToLong(Waiter::count).sum();
        if (!isAsking && (available() < window / 2 || wanted > 0)) {
            ask((int) Math.min(window + wanted, 1_000_000));
        }
    }

    private void ask(int count) {
        isAsking = true;
        long asked = clearings;
        log.propose(new CatalogCommand.AllocateIds(count), new Proposals.Outcome() {
            @Override
            public void applied(CatalogResult result) {
                if (asked != clearings) {
                    return;
                }
                isAsking = false;
                if (result instanceof CatalogResult.Ids ids) {
                    windows.add(new Window(ids.firstInclusive(), ids.endExclusive()));
                    serve();
                } else {
                    failAll("no ids: " + result);
                }
            }

            @Override
            public void failed(String why) {
                if (asked != clearings) {
                    return;
                }
                isAsking = false;
                failAll(why);
            }
        });
    }

    private void failAll(String why) {
        List<Waiter> all = new ArrayList<>(waiters);
        waiters.clear();
        all.forEach(waiter -> waiter.failed.accept(why));
    }

    private long available() {
        return windows.stream().mapToLong(each -> each.end - each.next).sum();
    }

    private long next() {
        Window first = windows.getFirst();
        long id = first.next++;
        if (first.next == first.end) {
            windows.removeFirst();
        }
        return id;
    }
}
