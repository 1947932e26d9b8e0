package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.placement.ctl.launch.playground.Orders.Kind;
import dev.cleave.placement.ctl.launch.playground.Orders.Order;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;

/** The keys of a terminal as orders: q stops, r redraws, k kills some store, or starts the one that was killed. */
final class Keys implements AutoCloseable {
    private static final long WAIT_MILLIS = 200;

    private final Terminal terminal;
    private final Attributes before;
    private final Thread reader;
    private volatile boolean isClosed;

    private Keys(Terminal terminal, Orders orders) {
        this.terminal = terminal;
        before = terminal.enterRawMode();
        reader = new Thread(() -> read(orders), "playground-keys");
        reader.setDaemon(true);
        reader.start();
    }

    static Keys open(Orders orders) throws IOException {
        return new Keys(TerminalBuilder.builder().system(true).build(), orders);
    }

    private void read(Orders orders) {
        try {
            NonBlockingReader keys = terminal.reader();
            while (!isClosed) {
                int key = keys.read(WAIT_MILLIS);
                if (key == -1) {
                    return;
                }
                order(key, orders);
            }
        } catch (IOException gone) {
            // Without a terminal there are no keys; Ctrl-C and other terminals remain.
        }
    }

    private static void order(int key, Orders orders) {
        switch (key) {
            case 'q', 'Q' -> orders.give(new Order(Kind.QUIT, 0, new CompletableFuture<>()));
            case 'r', 'R' -> orders.give(new Order(Kind.REDRAW, 0, new CompletableFuture<>()));
            case 'k', 'K' -> orders.give(new Order(Kind.KILL_ANY, 0, new CompletableFuture<>()));
            default -> {}
        }
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        terminal.setAttributes(before);
        terminal.close();
    }
}
