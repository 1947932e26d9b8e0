package dev.cleave.bench;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.wire.Address;
import dev.cleave.placement.server.PlacementConfig;
import dev.cleave.placement.server.PlacementServer;
import dev.cleave.region.client.CleaveClient;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.store.StoreConfig;
import dev.cleave.region.store.StoreServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Question: how long does any client wait because a region is divided, or because a replica moves? A placement driver and four stores in this process on real disks and
 * sockets; four clients, each of which writes a value of 128 bytes every so many milliseconds somewhere among 100,000 keys. A write counts from when it was due, so that a stall counts
 * for all that it held up. Per split, and per second without one, the longest write of that second is noted. Then a region of so many MiB moves to the fourth store
 * and back, and at last a hundred small ones at once. Arguments: splits, moves, MiB, milliseconds between two writes of a client: twice what the machine manages at best. The last answer lies in {@code bench/results}.
 */
public final class RegionStall {
    private static final Address ANY = new Address("127.0.0.1", 0);
    private static final Address NO_HTTP = new Address("127.0.0.1", 1);
    private static final int CLIENTS = 4;
    private static final int KEYS = 100_000;
    private static final int MOVED_AT_ONCE = 100;
    private static final long SECOND = 1_000_000_000L;

    private final PlacementServer placement;
    private final CleaveClient client;
    private final long everyNanos;
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicLong longestNanos = new AtomicLong();
    private final Histogram all = new Histogram(3);
    /** Every write since {@link #begin()}. */
    private Histogram phase = new Histogram(3);

    private RegionStall(PlacementServer placement, CleaveClient client, long everyNanos) {
        this.everyNanos = everyNanos;
        this.placement = placement;
        this.client = client;
    }

    public static void main(String[] arguments) throws Exception {
        int splits = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
        int moves = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        int mebibytes = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 80;
        long everyMillis = arguments.length > 3 ? Long.parseLong(arguments[3]) : 2;
        Path directory = Files.createTempDirectory(Path.of("target"), "region-stall");
        List<StoreServer> stores = new ArrayList<>();
        try (PlacementServer placement =
                PlacementServer.open(PlacementConfig.of(directory.resolve("pd"), ANY, null), RegionStall::failed)) {
            for (int number = 1; number <= 4; number++) {
                StoreServer store = StoreServer.open(
                        StoreConfig.of(directory.resolve("store" + number), List.of(placement.address()), ANY, NO_HTTP)
                                .withEngineBytes(32L << 20),
                        RegionStall::failed);
                stores.add(store);
                store.awaitServing(Duration.ofSeconds(60));
            }
            try (CleaveClient client = CleaveClient.builder()
                    .pd(placement.address().toString())
                    .callDeadline(Duration.ofSeconds(30))
                    .build()) {
                new RegionStall(placement, client, everyMillis * 1_000_000L).run(splits, moves, mebibytes);
            }
        } finally {
            stores.forEach(StoreServer::close);
            delete(directory);
        }
    }

    private static void failed(String role, Throwable cause) {
        throw new IllegalStateException(role + " has failed", cause);
    }

    private void run(int splits, int moves, int mebibytes) throws InterruptedException {
        until(() -> regions().stream().allMatch(RegionStall::isWhole));
        List<Thread> writers = new ArrayList<>();
        for (int number = 0; number < CLIENTS; number++) {
            Thread writer = new Thread(this::write, "writer-" + number);
            writer.start();
            writers.add(writer);
        }
        rest(5);
        begin();
        Histogram beside = seconds(Math.max(20, splits / 10));
        print("no split", beside, phase);
        begin();
        print("split", splitOften(splits), phase);
        fill(mebibytes);
        rest(5);
        moveOften(moves);
        begin();
        moveAtOnce(Math.min(MOVED_AT_ONCE, splits));
        isOver.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        printWrites("all writes", all);
    }

    private void begin() {
        synchronized (all) {
            phase = new Histogram(3);
        }
    }

    private void printWrites(String what, Histogram live) {
        Histogram writes;
        synchronized (all) {
            writes = live.copy();
        }
        System.out.printf(
                Locale.ROOT,
                "%-12s n %6d  p50 %.2f  p99 %.2f  p99.9 %.2f  max %.2f ms%n",
                what,
                writes.getTotalCount(),
                writes.getValueAtPercentile(50) / 1e6,
                writes.getValueAtPercentile(99) / 1e6,
                writes.getValueAtPercentile(99.9) / 1e6,
                writes.getMaxValue() / 1e6);
    }

    private void write() {
        long due = System.nanoTime();
        long number = Thread.currentThread().getName().hashCode();
        String value = "v".repeat(128);
        while (!isOver.get()) {
            number = number * 6364136223846793005L + 1442695040888963407L;
            client.put(key((int) Math.floorMod(number >>> 33, (long) KEYS)), value);
            long took = System.nanoTime() - due;
            longestNanos.accumulateAndGet(took, Math::max);
            synchronized (all) {
                all.recordValue(took);
                phase.recordValue(took);
            }
            due += everyNanos;
            // A thread may be woken early: what is written before it is due would count as negative time.
            for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
        }
    }

    private static String key(int number) {
        return String.format(Locale.ROOT, "key%06d", number);
    }

    private Histogram seconds(int count) {
        Histogram longest = new Histogram(3);
        for (int i = 0; i < count; i++) {
            longestNanos.set(0);
            rest(1);
            longest.recordValue(longestNanos.get());
        }
        return longest;
    }

    private Histogram splitOften(int count) {
        Histogram longest = new Histogram(3);
        for (int i = 1; i <= count; i++) {
            Key at = Key.utf8(key((int) ((long) KEYS * i / (count + 1))));
            RegionView view = regions().stream()
                    .filter(each -> each.region().range().contains(at))
                    .findFirst()
                    .orElseThrow();
            longestNanos.set(0);
            long start = System.nanoTime();
            carryOut(new PdRequest.SplitRegion(view.region().id(), List.of(at)));
            LockSupport.parkNanos(Math.max(1, SECOND - (System.nanoTime() - start)));
            longest.recordValue(longestNanos.get());
        }
        return longest;
    }

    /** The region behind all keys that are written grows to so many MiB; it is divided off first. */
    private void fill(int mebibytes) {
        RegionView last = regions().get(regions().size() - 1);
        carryOut(new PdRequest.SplitRegion(last.region().id(), List.of(Key.utf8("z"))));
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < mebibytes * 16; i++) {
            // Letters by chance: what compresses to nothing would move in no time.
            StringBuilder value = new StringBuilder(64 << 10);
            random.ints(64 << 10, 33, 127).forEach(letter -> value.append((char) letter));
            client.put(String.format(Locale.ROOT, "z%06d", i), value.toString());
        }
    }

    /** Each move follows on a time of the same length without one, or what the disk does by itself would count for or against it. */
    private void moveOften(int count) {
        Histogram longestOfMoves = new Histogram(3);
        Histogram longestOfPauses = new Histogram(3);
        Histogram besideMoves = new Histogram(3);
        Histogram besidePauses = new Histogram(3);
        long moveNanos = 3 * SECOND;
        long total = 0;
        for (int i = 0; i < count; i++) {
            RegionView view = regions().get(regions().size() - 1);
            List<Long> stores = ((PdReply.Stores) ask(new PdRequest.ListStores()))
                    .stores().stream().map(store -> store.id()).toList();
            long to = stores.stream()
                    .filter(store -> view.region().peerOn(store).isEmpty())
                    .findFirst()
                    .orElseThrow();
            Peer from = view.region().peers().get(0);
            longestNanos.set(0);
            begin();
            LockSupport.parkNanos(moveNanos);
            longestOfPauses.recordValue(longestNanos.getAndSet(0));
            end(besidePauses);
            long start = System.nanoTime();
            carryOut(new PdRequest.MigrateRegion(view.region().id(), from.storeId(), to));
            moveNanos = System.nanoTime() - start;
            total += moveNanos;
            longestOfMoves.recordValue(longestNanos.get());
            end(besideMoves);
        }
        System.out.printf(Locale.ROOT, "a move took  %.2f s on average%n", total / 1e9 / Math.max(1, count));
        print("no move", longestOfPauses, besidePauses);
        print("move", longestOfMoves, besideMoves);
    }

    /** Adds what was written since {@link #begin()} to {@code sum}, and begins again. */
    private void end(Histogram sum) {
        synchronized (all) {
            sum.add(phase);
            begin();
        }
    }

    /** One replica of each of so many regions moves to the store that has none of it, all at the same time. */
    private void moveAtOnce(int count) {
        List<Long> stores = ((PdReply.Stores) ask(new PdRequest.ListStores()))
                .stores().stream().map(store -> store.id()).toList();
        longestNanos.set(0);
        long start = System.nanoTime();
        List<Long> operators = new ArrayList<>();
        for (RegionView view : regions().subList(0, count)) {
            long to = stores.stream()
                    .filter(store -> view.region().peerOn(store).isEmpty())
                    .findFirst()
                    .orElseThrow();
            Peer from = view.region().peers().get(0);
            operators.add(begin(new PdRequest.MigrateRegion(view.region().id(), from.storeId(), to)));
        }
        operators.forEach(this::awaitEnd);
        System.out.printf(
                Locale.ROOT,
                "%d moves at once took %.2f s, longest write %.2f ms%n",
                count,
                (System.nanoTime() - start) / 1e9,
                longestNanos.get() / 1e6);
        printWrites("  each write", phase);
    }

    private void print(String what, Histogram longest, Histogram writes) {
        System.out.printf(
                Locale.ROOT,
                "%-12s n %4d  longest write of each: p50 %.2f  p99 %.2f  max %.2f ms%n",
                what,
                longest.getTotalCount(),
                longest.getValueAtPercentile(50) / 1e6,
                longest.getValueAtPercentile(99) / 1e6,
                longest.getMaxValue() / 1e6);
        printWrites("  each write", writes);
    }

    private static boolean isWhole(RegionView view) {
        return view.leaderStore() != 0
                && view.region().peers().size() == 3
                && view.region().peers().stream().allMatch(Peer::isVoter);
    }

    private List<RegionView> regions() {
        return ask(new PdRequest.ListRegions(0)) instanceof PdReply.Regions found ? found.regions() : List.of();
    }

    private void carryOut(PdRequest request) {
        awaitEnd(begin(request));
    }

    private long begin(PdRequest request) {
        PdReply reply = ask(request);
        while (!(reply instanceof PdReply.Accepted)) {
            LockSupport.parkNanos(SECOND / 10);
            reply = ask(request);
        }
        return ((PdReply.Accepted) reply).operatorId();
    }

    private void awaitEnd(long operator) {
        until(() -> {
            PdReply reply = ask(new PdRequest.ListOperators(operator));
            // Of those that have ended only the last are known.
            return !(reply instanceof PdReply.Operators found)
                    || found.operators().get(0).state() != OperatorView.State.RUNNING;
        });
    }

    private PdReply ask(PdRequest request) {
        CompletableFuture<PdReply> reply = new CompletableFuture<>();
        placement.node().ask(request, reply::complete);
        return reply.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static void until(java.util.function.BooleanSupplier isTrue) {
        while (!isTrue.getAsBoolean()) {
            LockSupport.parkNanos(SECOND / 100);
        }
    }

    private static void rest(int seconds) {
        LockSupport.parkNanos(seconds * SECOND);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
