package dev.cleave.placement.server.plan;

import dev.cleave.region.protocol.Peer;
import dev.cleave.region.protocol.Region;
import dev.cleave.region.protocol.RegionView;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How far an operator has come, as far as can be seen now.
 *
 * @param step the first step that is not done; the number of steps if all are
 * @param verdict what that step says; DONE if all are done
 */
public record Progress(int step, Verdict verdict) {
    public static Progress of(Operator operator, Observed observed) {
        RegionView view = observed.region(operator.regionId());
        if (view == null) {
            return new Progress(0, Verdict.waiting("region " + operator.regionId() + " has not been heard of yet"));
        }
        Sight sight = new Sight(view, operator.baseline(), observed);
        if (!isOnlyOurs(operator, view.region())) {
            return new Progress(
                    firstOpen(operator, sight), Verdict.broken("the membership was changed by somebody else"));
        }
        int open = firstOpen(operator, sight);
        Verdict verdict = open == operator.steps().size()
                ? Verdict.done()
                : operator.steps().get(open).judge(sight);
        return new Progress(open, verdict);
    }

    private static int firstOpen(Operator operator, Sight sight) {
        List<Step> steps = operator.steps();
        int open = 0;
        while (open < steps.size() && steps.get(open).judge(sight).kind() == Verdict.Kind.DONE) {
            open++;
        }
        return open;
    }

    /** Whether every replica that the operator does not touch is what it was. */
    private static boolean isOnlyOurs(Operator operator, Region now) {
        Collection<Long> touched = operator.replicas();
        return others(operator.baseline(), touched).equals(others(now, touched));
    }

    private static List<Peer> others(Region region, Collection<Long> touched) {
        return region.peers().stream()
                .filter(peer -> !touched.contains(peer.replicaId()))
                .collect(Collectors.toList());
    }
}
