package dev.cleave.placement.ctl.launch.playground;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cleave.engine.base.Randomness;
import dev.cleave.placement.ctl.launch.Cleave;
import dev.cleave.placement.ctl.launch.playground.Orders.Kind;
import dev.cleave.placement.ctl.launch.playground.Orders.Order;
import dev.cleave.placement.ctl.launch.process.StopSignal;
import dev.cleave.placement.ctl.output.Form;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A playground that is being watched takes orders from another terminal and from keys; its nodes are only noted down here. */
@Timeout(60)
class PlaygroundControlTest {
    @TempDir
    Path directory;

    private final List<String> done = new ArrayList<>();
    private final Orders orders = new Orders();
    private final StringWriter screen = new StringWriter();
    private Thread watching;
    private Control control;
    private Watch watch;

    /** Notes what is asked of it. */
    private final class Noted implements Nodes {
        @Override
        public void startPlacement() {}

        @Override
        public void startStores(List<Integer> numbers) {
            done.add("start " + numbers);
        }

        @Override
        public void killStore(int number) {
            throw new AssertionError("the story's");
        }

        @Override
        public void haltStore(int number) {
            done.add("halt " + number);
        }

        @Override
        public boolean canKill() {
            return false;
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void start() throws IOException {
        Ports ports = Ports.choose(directory, Optional.empty());
        Places places = new Places(directory, ports);
        for (int store = 1; store <= 5; store++) {
            Files.createDirectory(places.storeData(store));
        }
        control = new Control(ports.control(), orders);
        watch = new Watch(
                new Noted(),
                places,
                orders,
                dead -> dead.isEmpty() ? "the map\n" : "the map without " + dead + "\n",
                new Watch.Names() {
                    @Override
                    public int numberOf(int id) {
                        return id > 100 ? id - 100 : id;
                    }

                    @Override
                    public long idOf(int number) {
                        return number == 4 ? 104 : number;
                    }
                },
                new LiveMap(new PrintWriter(screen)),
                Randomness.seeded(1));
    }

    private void open() {
        watching = new Thread(() -> {
            try {
                watch.until(StopSignal.never());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        watching.start();
    }

    @AfterEach
    void stop() throws Exception {
        control.close();
        if (watching != null) {
            watching.interrupt();
            watching.join(10_000);
        }
    }

    private record Ran(int code, String out, String err) {}

    private Ran run(String command) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> words = new ArrayList<>(List.of(("playground " + command).split(" ")));
        words.addAll(List.of("--data", directory.toString()));
        int code = Cleave.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(words.toArray(String[]::new));
        return new Ran(code, out.toString(), err.toString());
    }

    private Ran again(String command) {
        Ran ran = run(command);
        while (ran.err().contains("still telling")) {
            ran = run(command);
        }
        return ran;
    }

    @Test
    void untilTheStoryIsToldOrdersAreRefused() {
        Ran ran = run("kill 3");

        assertThat(ran.code()).isEqualTo(6);
        assertThat(ran.err()).contains("still telling its story");
        assertThat(done).isEmpty();
    }

    @Test
    void anotherTerminalKillsStartsAndAddsStores() {
        open();

        assertThat(again("status").out()).isEqualTo("the map\n");
        assertThat(again("kill store3").out())
                .contains("store 3 is killed; start it again: bin/cleave playground start 3");
        assertThat(again("kill 3").err()).contains("store 3 does not run; these do: [1, 2, 104, 5]");
        assertThat(again("status").out()).contains("the map without [3]", "store 3 does not run");
        assertThat(again("start 3").out()).contains("store 3 is started");
        assertThat(again("start 9").err()).contains("there is no store 9");
        assertThat(again("start 3").code()).isEqualTo(6);
        assertThat(again("add-store").out()).contains("one more store has joined at 127.0.0.1:");
        assertThat(again("add-store").err()).contains("has room for 6 stores");
        assertThat(again("kill 104").out())
                .contains("store 104 is killed; start it again: bin/cleave playground start 104");
        assertThat(done).containsExactly("halt 3", "start [3]", "start [6]", "halt 4");
    }

    @Test
    void theAnswersHaveEveryForm() throws IOException {
        open();
        again("status");

        for (Form form : Form.values()) {
            Ran ran = run("status -o " + form);
            assertThat(ran.code()).as(ran.err()).isZero();
            assertThat(ran.out()).isNotBlank();
        }
        assertThat(new ObjectMapper()
                        .readTree(run("status -o json").out())
                        .get("kind")
                        .asText())
                .isEqualTo("Playground");
        assertThat(run("status -o csv").out()).isEqualTo("order,store,text\nstatus,0,the map\n");
    }

    @Test
    void theKeyKillsSomeStoreAndThenStartsItAgain() throws Exception {
        open();
        again("status");

        key(Kind.KILL_ANY);
        key(Kind.KILL_ANY);
        key(Kind.REDRAW);
        key(Kind.QUIT);

        watching.join(10_000);
        assertThat(watching.isAlive()).isFalse();
        assertThat(done).hasSize(2);
        assertThat(done.get(1)).isEqualTo("start [" + done.get(0).substring("halt ".length()) + "]");
        assertThat(screen.toString()).contains("the map").contains("is killed");
    }

    private void key(Kind kind) throws Exception {
        Order order = new Order(kind, 0, new CompletableFuture<>());
        assertThat(orders.give(order)).isTrue();
        order.answer().get(10, java.util.concurrent.TimeUnit.SECONDS);
    }

    @Test
    void whereNoPlaygroundIsItIsSaid() throws IOException {
        control.close();
        Ran gone = run("status");
        assertThat(gone.code()).isEqualTo(3);
        assertThat(gone.err()).contains("no playground runs in").doesNotContain("Exception");

        Files.delete(directory.resolve("playground.properties"));
        assertThat(run("status").code()).isEqualTo(4);
    }
}
