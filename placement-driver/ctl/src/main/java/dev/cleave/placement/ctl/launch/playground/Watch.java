package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.engine.base.Randomness;
import dev.cleave.placement.ctl.command.CommandFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.placement.ctl.launch.playground.Orders.Order;
import dev.cleave.placement.ctl.launch.process.StopSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The time after the story: the map is redrawn, and orders are carried out, until somebody stops it. */
final class Watch {
    private static final Duration REDRAW = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Nodes nodes;
    private final Places places;
    private final Orders orders;
    private final Function<Set<Long>, String> scene;
    private final Names names;
    private final LiveMap map;
    private final Randomness randomness;
    private final Set<Integer> running = new TreeSet<>();
    private final Set<Integer> killed = new TreeSet<>();
    private String news = "";
    private boolean isOver;

    /** The placement driver gives ids in the order in which stores come, which need not be that of our numbers: people see ids. */
    interface Names {
        /** @throws CommandFailure if there is no such store */
        int numberOf(int id);

        long idOf(int number);
    }

    Watch(
            Nodes nodes,
            Places places,
            Orders orders,
            Function<Set<Long>, String> scene,
            Names names,
            LiveMap map,
            Randomness randomness) {
        this.nodes = nodes;
        this.places = places;
        this.orders = orders;
        this.scene = scene;
        this.names = names;
        this.map = map;
        this.randomness = randomness;
        for (int number = 1; number <= Places.STORES_MAX; number++) {
            if (places.hasStore(number)) {
                running.add(number);
            }
        }
    }

    void until(StopSignal stop) throws InterruptedException {
        orders.open();
        int polls = 0;
        while (!isOver && !stop.isAsked()) {
            if (polls++ % (REDRAW.toMillis() / POLL.toMillis()) == 0) {
                map.draw(scene());
            }
            Order order = orders.next(POLL);
            if (order != null) {
                carryOut(order);
                polls = 0;
            }
        }
    }

    private String scene() {
        try {
            Set<Long> dead = killed.stream().map(names::idOf).collect(Collectors.toCollection(TreeSet::new));
            return scene.apply(dead) + (news.isEmpty() ? "" : news + "\n");
        } catch (CommandFailure unreachable) {
            return "the placement driver does not answer: " + unreachable.getMessage() + "\n";
        }
    }

    /** On the thread that owns the nodes. */
    void carryOut(Order order) {
        try {
            order.answer().complete(done(order));
        } catch (CommandFailure refused) {
            news = String.valueOf(refused.getMessage());
            order.answer().completeExceptionally(refused);
        } catch (RuntimeException broken) {
            order.answer().completeExceptionally(broken);
            throw broken;
        }
    }

    private String done(Order order) {
        return switch (order.kind()) {
            case STATUS -> scene();
            case KILL -> told(kill(names.numberOf(order.store())));
            case KILL_ANY ->
                told(killed.isEmpty() ? kill(any()) : start(killed.iterator().next()));
            case START -> told(start(names.numberOf(order.store())));
            case ADD_STORE -> told(add());
            case REDRAW -> {
                map.forget();
                yield "";
            }
            case QUIT -> {
                isOver = true;
                yield "";
            }
        };
    }

    private String told(String what) {
        news = what;
        return what + "\n";
    }

    private int any() {
        List<Integer> candidates = new ArrayList<>(running);
        return candidates.get((int) randomness.between(0, candidates.size()));
    }

    private String kill(int number) {
        if (!running.contains(number)) {
            throw refused("store " + names.idOf(number) + " does not run; these do: "
                    + running.stream().map(names::idOf).toList());
        }
        nodes.haltStore(number);
        running.remove(number);
        killed.add(number);
        return "store " + names.idOf(number) + " is killed; start it again: bin/cleave playground start "
                + names.idOf(number);
    }

    private String start(int number) {
        if (running.contains(number)) {
            throw refused("store " + names.idOf(number) + " runs already");
        }
        if (!killed.contains(number)) {
            throw refused("there is no store " + number + "; a new one: bin/cleave playground add-store");
        }
        nodes.startStores(List.of(number));
        killed.remove(number);
        running.add(number);
        return "store " + names.idOf(number) + " is started";
    }

    private String add() {
        int number = 1;
        while (running.contains(number) || killed.contains(number)) {
            number++;
        }
        if (number > Places.STORES_MAX) {
            throw refused("a playground has room for " + Places.STORES_MAX + " stores");
        }
        nodes.startStores(List.of(number));
        running.add(number);
        return "one more store has joined at " + places.store(number);
    }

    private static CommandFailure refused(String why) {
        return new CommandFailure(ExitCode.REFUSED, why);
    }
}
