package dev.cleave.placement.server.plan;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.control.FromPlacement.Command;
import dev.cleave.region.protocol.Epoch;
import dev.cleave.region.protocol.OperatorView;
import dev.cleave.region.protocol.RegionView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Carries out running operators: tells the region's leader the next step at once, repeats it until the reported state shows that it is done,
 * and ends the operator as done, failed or timed out. What runs is what the catalog says; the desk keeps only clocks.
 */
@OwnedBy("placement agent")
public final class OperatorDesk {
    private final Observed observed;
    private final Ports ports;
    private final Limits limits;
    private final PlanCounts counts = new PlanCounts();
    private final Map<Long, Case> byRegion = new TreeMap<>();

    /** What the desk asks of its owner. */
    public interface Ports {
        /** Sends to a store, or drops if it cannot be reached: it is repeated. */
        void command(long storeId, Command command);

        /** Stores the end of an operator; asked again until {@link #sync} no longer names it. */
        void end(Operator ended);
    }

    /**
     * @param repeatNanos the pause before a command is sent again
     * @param fastStepNanos how long a change of membership or leadership may take
     * @param slowStepNanos how long a copy of data may take
     */
    public record Limits(long repeatNanos, long fastStepNanos, long slowStepNanos) {}

    public OperatorDesk(Observed observed, Ports ports, Limits limits) {
        this.observed = observed;
        this.ports = ports;
        this.limits = limits;
    }

    /** Makes the desk hold exactly the operators given: new ones begin at once. */
    public void sync(Collection<Operator> running, long nowNanos) {
        Map<Long, Operator> wanted = new TreeMap<>();
        running.forEach(operator -> wanted.put(operator.regionId(), operator));
        byRegion.values().removeIf(open -> {
            Operator operator = wanted.get(open.operator.regionId());
            boolean hasEnded = operator == null || operator.id() != open.operator.id();
            if (hasEnded) {
                count(open);
            }
            return hasEnded;
        });
        List<Long> fresh = new ArrayList<>();
        wanted.forEach((region, operator) -> {
            if (byRegion.putIfAbsent(region, new Case(operator, nowNanos)) == null) {
                fresh.add(region);
            }
        });
        fresh.forEach(region -> observe(region, nowNanos));
    }

    /** One that did not end here was cancelled by a person. */
    private void count(Case open) {
        boolean isDone = open.ended != null && open.ended.state() == OperatorView.State.DONE;
        counts.ended(open.operator.kind(), isDone ? OperatorView.State.DONE : OperatorView.State.CANCELLED);
    }

    /** How operators ended and how long their steps took. */
    public PlanCounts counts() {
        return counts;
    }

    /** The region was reported: its operator takes its next step without waiting. */
    public void observe(long regionId, long nowNanos) {
        Case open = byRegion.get(regionId);
        if (open != null) {
            advance(open, nowNanos);
        }
    }

    /** The region's leader will not carry out the operator's step as things are. */
    public void refused(long regionId, long operatorId, String why) {
        Case open = byRegion.get(regionId);
        if (open != null && open.operator.id() == operatorId) {
            open.refusal = why;
        }
    }

    /** Repeats, times out, and looks again at everything. */
    public void tick(long nowNanos) {
        byRegion.values().forEach(open -> advance(open, nowNanos));
    }

    public @Nullable Operator on(long regionId) {
        Case open = byRegion.get(regionId);
        return open == null ? null : open.operator;
    }

    public Collection<Operator> running() {
        return byRegion.values().stream().map(open -> open.operator).toList();
    }

    /** How people see an operator, running or ended. */
    public OperatorView view(Operator operator, long nowWallMillis) {
        boolean isRunning = operator.isRunning();
        Progress progress = isRunning ? Progress.of(operator, observed) : new Progress(0, Verdict.done());
        boolean isAllDone = operator.state() == OperatorView.State.DONE;
        List<OperatorView.Step> steps = new ArrayList<>();
        for (int i = 0; i < operator.steps().size(); i++) {
            boolean isDone = isAllDone || (isRunning && i < progress.step());
            steps.add(new OperatorView.Step(operator.steps().get(i).describe(), isDone));
        }
        String refusal = progress.verdict().kind() == Verdict.Kind.SEND ? refusal(operator) : "";
        String waitsFor = refusal.isEmpty() ? progress.verdict().text() : "refused by its leader: " + refusal;
        String reason = waitsFor.isEmpty() ? operator.reason() : operator.reason() + "; now: " + waitsFor;
        return new OperatorView(
                operator.id(),
                operator.kind().text(),
                operator.regionId(),
                operator.state(),
                steps,
                Math.max(0, nowWallMillis - operator.createdWallMillis()),
                reason);
    }

    private String refusal(Operator operator) {
        Case open = byRegion.get(operator.regionId());
        return open == null || open.operator.id() != operator.id() ? "" : open.refusal;
    }

    private void advance(Case open, long nowNanos) {
        if (open.ended != null) {
            end(open, open.ended, nowNanos);
            return;
        }
        Progress progress = Progress.of(open.operator, observed);
        if (progress.step() != open.step) {
            if (progress.step() > open.step) {
                counts.took(open.operator.steps().get(open.step), nowNanos - open.stepSinceNanos);
            }
            open.step = progress.step();
            open.stepSinceNanos = nowNanos;
            open.sentEpoch = Epoch.NONE;
            open.refusal = "";
        }
        Verdict verdict = progress.verdict();
        switch (verdict.kind()) {
            case DONE -> end(open, open.operator.ended(OperatorView.State.DONE, open.operator.reason()), nowNanos);
            case BROKEN -> end(open, open.operator.ended(OperatorView.State.CANCELLED, verdict.text()), nowNanos);
            case WAIT -> expire(open, verdict.text(), nowNanos);
            case SEND -> {
                send(open, verdict, nowNanos);
                expire(open, open.refusal.isEmpty() ? "its leader has not carried it out" : open.refusal, nowNanos);
            }
        }
    }

    private void send(Case open, Verdict verdict, long nowNanos) {
        RegionView view = Objects.requireNonNull(observed.region(open.operator.regionId()));
        Epoch epoch = view.region().epoch();
        boolean isNew = !epoch.equals(open.sentEpoch) || view.leaderStore() != open.sentStore;
        if (view.leaderStore() == 0 || (!isNew && nowNanos - open.sentNanos < limits.repeatNanos)) {
            return;
        }
        open.sentEpoch = epoch;
        open.sentStore = view.leaderStore();
        open.sentNanos = nowNanos;
        ports.command(
                view.leaderStore(),
                new Command(open.operator.id(), view.region().id(), epoch, Objects.requireNonNull(verdict.action())));
    }

    private void expire(Case open, String why, long nowNanos) {
        Step step = open.operator.steps().get(open.step);
        long allowed = step.isSlow() ? limits.slowStepNanos : limits.fastStepNanos;
        if (nowNanos - open.stepSinceNanos > allowed) {
            String reason = "\"" + step.describe() + "\" took longer than " + allowed / 1_000_000_000 + " s: " + why;
            end(open, open.operator.ended(OperatorView.State.CANCELLED, reason), nowNanos);
        }
    }

    private void end(Case open, Operator ended, long nowNanos) {
        if (open.ended == null || nowNanos - open.endedNanos >= limits.repeatNanos) {
            open.ended = ended;
            open.endedNanos = nowNanos;
            ports.end(ended);
        }
    }

    /** One running operator and its clocks. */
    private static final class Case {
        final Operator operator;
        int step;
        long stepSinceNanos;
        Epoch sentEpoch = Epoch.NONE;
        long sentStore;
        long sentNanos;
        /** Why its leader did not carry out the present step when it last was told to. */
        String refusal = "";

        @Nullable
        Operator ended;

        long endedNanos;

        Case(Operator operator, long nowNanos) {
            this.operator = operator;
            this.stepSinceNanos = nowNanos;
        }
    }
}
