package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.placement.ctl.output.Listing;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.RegionView;
import dev.cleave.region.protocol.StoreInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an order would do, by what the placement driver shows now: {@code --dry-run}. Refuses with the exit code that the order itself would have.
 * The placement driver looks again when the order comes, and may know more.
 */
final class Foresight {
    private final List<RegionView> regions;
    private final List<StoreInfo> stores;

    private Foresight(List<RegionView> regions, List<StoreInfo> stores) {
        this.regions = regions;
        this.stores = stores;
    }

    static Foresight of(Session session) {
        return new Foresight(
                session.ask(new PdRequest.ListRegions(0), PdReply.Regions.class).regions(),
                StoreCommands.stores(session));
    }

    Listing<?> split(long id, List<Key> keys) {
        RegionView view = region(id);
        List<String> pieces = new ArrayList<>();
        Key start = view.region().range().startInclusive();
        Key end = view.region().range().endExclusive();
        for (Key key : keys) {
            boolean isInside = start.compareTo(key) < 0 && (end.isEmpty() || key.compareTo(end) < 0);
            if (!isInside) {
                throw refused("key " + key + " is not strictly inside "
                        + view.region().range());
            }
            pieces.add(KeyRange.of(start, key).toString());
            start = key;
        }
        pieces.add(KeyRange.of(start, end) + " keeps the id " + id);
        return plan("split region " + id, pieces);
    }

    Listing<?> migrate(long id, long from, long to) {
        RegionView view = region(id);
        Peer leaving = view.region()
                .peerOn(from)
                .orElseThrow(() -> refused("store " + from + " holds no replica of region " + id));
        StoreInfo target = store(to);
        if (view.region().peerOn(to).isPresent()) {
            throw refused("store " + to + " already holds a replica of region " + id + targets(view));
        }
        if (target.state() != StoreInfo.State.UP) {
            throw refused("store " + to + " is not up" + targets(view));
        }
        List<String> steps = new ArrayList<>();
        steps.add("add a learner on store " + to + " and let it catch up");
        if (view.leaderStore() == from) {
            steps.add("hand leadership over, for store " + from + " leads");
        }
        steps.add("joint change: store " + to + " votes, replica " + leaving.replicaId() + " becomes a learner");
        steps.add("remove replica " + leaving.replicaId() + " on store " + from);
        return plan("move region " + id + " from store " + from + " to store " + to, steps);
    }

    Listing<?> transferLeader(long id, long to) {
        RegionView view = region(id);
        boolean holdsVoter = view.region().peerOn(to).filter(Peer::isVoter).isPresent();
        if (!holdsVoter) {
            throw refused("store " + to + " holds no voter of region " + id);
        }
        return plan(
                "hand region " + id + " over to store " + to,
                List.of(
                        view.leaderStore() == to
                                ? "nothing: store " + to + " leads already"
                                : "store " + view.leaderStore() + " hands over to store " + to));
    }

    Listing<?> remove(long id, boolean isLost) {
        StoreInfo store = store(id);
        long held = regions.stream()
                .filter(view -> view.region().peerOn(id).isPresent())
                .count();
        if (isLost && store.state() == StoreInfo.State.UP) {
            throw refused("store " + id + " is heard of: it is not lost");
        }
        long others = stores.stream()
                .filter(other -> other.id() != id && other.state() == StoreInfo.State.UP)
                .count();
        List<String> steps = new ArrayList<>();
        steps.add(
                isLost
                        ? "retire its id for ever; its " + held + " replicas are made anew on other stores"
                        : "move its " + held + " replicas to the " + others + " other stores that are up");
        if (!isLost) {
            steps.add("then retire its id for ever");
        }
        return plan("remove store " + id, steps);
    }

    static Listing<?> cancel(Session session, long id) {
        List<OperatorView> found = OperatorCommands.operators(session, id);
        if (id == 0 || found.isEmpty()) {
            throw new CommandFailure(ExitCode.NOT_FOUND, "no operator " + id + "; see: cleave operator list");
        }
        OperatorView operator = found.get(0);
        return plan(
                "cancel operator " + id,
                List.of(
                        operator.state() == OperatorView.State.RUNNING
                                ? "end " + operator.kind() + " of region " + operator.regionId() + " where it stands"
                                : "nothing: it has ended already"));
    }

    private RegionView region(long id) {
        return regions.stream()
                .filter(view -> view.region().id() == id)
                .findFirst()
                .orElseThrow(
                        () -> new CommandFailure(ExitCode.NOT_FOUND, "no region " + id + "; see: cleave region list"));
    }

    private StoreInfo store(long id) {
        return stores.stream()
                .filter(store -> store.id() == id)
                .findFirst()
                .orElseThrow(
                        () -> new CommandFailure(ExitCode.NOT_FOUND, "no store " + id + "; see: cleave store list"));
    }

    private String targets(RegionView view) {
        String ids = stores.stream()
                .filter(store -> store.state() == StoreInfo.State.UP
                        && view.region().peerOn(store.id()).isEmpty())
                .map(store -> Long.toString(store.id()))
                .collect(Collectors.joining(", "));
        return ids.isEmpty() ? "\n  possible targets: none" : "\n  possible targets: " + ids;
    }

    private static CommandFailure refused(String why) {
        return new CommandFailure(ExitCode.REFUSED, "would be refused: " + why);
    }

    private static Listing<?> plan(String what, List<String> steps) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("would", what);
        json.put("steps", steps);
        String words = "would " + what + ":\n"
                + steps.stream().map(step -> "  · " + step + "\n").collect(Collectors.joining());
        return Listing.single("Plan", json, words);
    }
}
