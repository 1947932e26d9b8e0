package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.engine.http.HttpExchange;
import dev.cleave.engine.http.HttpOptions;
import dev.cleave.engine.http.HttpProblem;
import dev.cleave.engine.http.HttpRoutes;
import dev.cleave.engine.http.HttpServer;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.launch.playground.Orders.Kind;
import dev.cleave.placement.ctl.launch.playground.Orders.Order;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The door of a playground for other terminals: HTTP on the loopback, at a port of its own. */
final class Control implements AutoCloseable {
    private final Orders orders;
    private final HttpServer server;

    Control(int port, Orders orders) {
        this.orders = orders;
        HttpRoutes routes = HttpRoutes.none()
                .exact("GET", "/status", exchange -> give(exchange, Kind.STATUS, 0))
                .exact("POST", "/kill", exchange -> give(exchange, Kind.KILL, store(exchange)))
                .exact("POST", "/start", exchange -> give(exchange, Kind.START, store(exchange)))
                .exact("POST", "/add-store", exchange -> give(exchange, Kind.ADD_STORE, 0));
        server = HttpServer.start(
                Places.HOST, port, routes, HttpOptions.defaults().withThreads("playground-control", 1));
    }

    int port() {
        return server.port();
    }

    private static int store(HttpExchange exchange) {
        String text = exchange.query("store").orElse("");
        if (!text.matches("[1-9][0-9]{0,3}")) {
            throw new HttpProblem(400, "store is '" + text + "'", "give the number of a store, as in ?store=3");
        }
        return Integer.parseInt(text);
    }

    private void give(HttpExchange exchange, Kind kind, int store) {
        Order order = new Order(kind, store, new CompletableFuture<>());
        if (!orders.give(order)) {
            throw new HttpProblem(409, "the playground is still telling its story", "wait until it says what is next");
        }
        order.answer().whenComplete((words, failed) -> {
            Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
            if (cause == null) {
                exchange.respondText(200, words);
            } else if (cause instanceof CommandFailure refused) {
                exchange.respondError(409, String.valueOf(refused.getMessage()), "");
            } else {
                exchange.respondError(500, String.valueOf(cause), "");
            }
        });
    }

    @Override
    public void close() {
        server.close();
    }
}
