package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * The ports of a playground: PD's wire and HTTP port, then one pair per store. Chosen free the first time, kept with the data, so that a second
 * start finds everybody at the same place.
 */
final class Ports {
    private static final int BASE_DEFAULT = 23_790;
    private static final int BASES_TRIED = 200;
    private static final int BLOCK = 20;
    /** Behind the ports of the placement driver and of six stores. */
    private static final int CONTROL = 14;

    private static final String FILE = "playground.properties";

    private final int base;

    private Ports(int base) {
        this.base = base;
    }

    int pd() {
        return base;
    }

    /** Where other terminals reach the playground itself. */
    int control() {
        return base + CONTROL;
    }

    int pdHttp() {
        return base + 1;
    }

    /** Wire port of the store with the given number, from 1. */
    int store(int number) {
        return base + 2 * number;
    }

    int storeHttp(int number) {
        return base + 2 * number + 1;
    }

    /**
     * The ports saved in {@code data}, else {@code wanted}, else a free block.
     *
     * @throws CommandFailure if ports that must be used are taken; the message names the first
     */
    static Ports choose(Path data, Optional<Integer> wanted) {
        Optional<Integer> saved = saved(data);
        if (saved.isPresent() || wanted.isPresent()) {
            int base = wanted.or(() -> saved).orElseThrow();
            firstTaken(base).ifPresent(port -> {
                throw new CommandFailure(
                        ExitCode.FAILED,
                        "port " + port + " is in use"
                                + (wanted.isPresent()
                                        ? " (--port-base " + base + ")"
                                        : ", and the data in " + data + " belongs to it")
                                + "; stop who holds it"
                                + (wanted.isPresent() ? ", or choose another base" : ", or use another --data"));
            });
            return save(data, base);
        }
        for (int i = 0; i < BASES_TRIED; i++) {
            int base = BASE_DEFAULT + i * BLOCK;
            if (firstTaken(base).isEmpty()) {
                return save(data, base);
            }
        }
        throw new CommandFailure(
                ExitCode.FAILED, "no free ports from " + BASE_DEFAULT + " up; give some with --port-base N");
    }

    private static Optional<Integer> firstTaken(int base) {
        for (int port = base; port <= base + CONTROL; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException taken) {
                return Optional.of(port);
            }
        }
        return Optional.empty();
    }

    /** Whether a playground has been in {@code data}. */
    static boolean areSavedIn(Path data) {
        return Files.exists(data.resolve(FILE));
    }

    /** The ports of the playground that has been in {@code data}. */
    static Optional<Ports> of(Path data) {
        return saved(data).map(Ports::new);
    }

    private static Optional<Integer> saved(Path data) {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            properties.load(in);
            return Optional.of(Integer.parseInt(properties.getProperty("port-base")));
        } catch (IOException | NumberFormatException broken) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    file + " cannot be read (" + broken.getMessage() + "); remove " + data + " to start afresh");
        }
    }

    private static Ports save(Path data, int base) {
        Properties properties = new Properties();
        properties.setProperty("port-base", Integer.toString(base));
        try (var out = Files.newBufferedWriter(data.resolve(FILE))) {
            properties.store(out, "ports of this playground");
        } catch (IOException broken) {
            throw new CommandFailure(ExitCode.FAILED, "cannot write to " + data + ": " + broken.getMessage());
        }
        return new Ports(base);
    }
}
