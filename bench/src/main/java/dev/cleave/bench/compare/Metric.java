package dev.cleave.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A figure of a node of Cleave on loopback, as it tells monitoring. */
public final class Metric {
    private static final int CONNECT_MILLIS = 500;
    private static final int READ_MILLIS = 2_000;

    private Metric() {}

    /** The sum of all series of that name; -1 while the node does not answer or knows none. */
    public static long of(int httpPort, String name) {
        try {
            return page(httpPort)
                    .lines()
                    .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .reduce(Long::sum)
                    .orElse(-1);
        } catch (IOException away) {
            return -1;
        }
    }

    /** Of all series on a page that begin so. */
    static double sum(String page, String begin) {
        return page.lines()
                .filter(line -> line.startsWith(begin))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** All that the node tells, as text. */
    static String page(int httpPort) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + httpPort + "/metrics").toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
