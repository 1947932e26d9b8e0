package dev.cleave.region.raft;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A change of a group's membership, the payload of a {@link EntryType#CONF_CHANGE} entry. No steps means "leave the joint
 * configuration". {@code context} is opaque to Raft: the host puts its request there.
 *
 * <pre>
 * little endian
 * 1  version (1)
 * 1  number of steps n (0..64)
 * n  steps of 9 bytes: 1 op (0 add voter, 1 add learner, 2 remove), 8 replica id
 * 4  context length (0..1 MiB)
 * .. context
 * </pre>
 */
public record ConfChange(List<Step> steps, byte[] context) {
    public static final int STEPS_MAX = 64;
    public static final int CONTEXT_BYTES_MAX = 1 << 20;
    private static final byte VERSION = 1;
    private static final int STEP_BYTES = 9;
    private static final byte[] NO_CONTEXT = {};

    /** What a step does; frozen order. */
    public enum Op {
        /** Adds a voter, or promotes a learner. */
        ADD_VOTER,
        /** Adds a learner, or demotes a voter. */
        ADD_LEARNER,
        /** Removes a voter or a learner. */
        REMOVE
    }

    /** One step: what happens to one replica. */
    public record Step(Op op, long replicaId) {
        public Step {
            if (replicaId <= 0) {
                throw new IllegalArgumentException("a replica id is positive; it is " + replicaId);
            }
        }
    }

    public ConfChange {
        steps = List.copyOf(steps);
        context = context.clone();
        if (steps.size() > STEPS_MAX) {
            throw new IllegalArgumentException(
                    "a configuration change has at most " + STEPS_MAX + " steps; this one has " + steps.size());
        }
        if (context.length > CONTEXT_BYTES_MAX) {
            throw new IllegalArgumentException("the context of a configuration change takes at most "
                    + CONTEXT_BYTES_MAX + " bytes; this one takes " + context.length);
        }
    }

    public static ConfChange of(Step... steps) {
        return new ConfChange(List.of(steps), NO_CONTEXT);
    }

    public static ConfChange addVoter(long replicaId) {
        return of(new Step(Op.ADD_VOTER, replicaId));
    }

    public static ConfChange addLearner(long replicaId) {
        return of(new Step(Op.ADD_LEARNER, replicaId));
    }

    public static ConfChange remove(long replicaId) {
        return of(new Step(Op.REMOVE, replicaId));
    }

    /** Ends a joint configuration: from now on only the incoming voters decide. */
    public static ConfChange leaveJoint() {
        return new ConfChange(List.of(), NO_CONTEXT);
    }

    public boolean isLeave() {
        return steps.isEmpty();
    }

    @Override
    public byte[] context() {
        return context.clone();
    }

    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(2 + steps.size() * STEP_BYTES + 4 + context.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put(VERSION).put((byte) steps.size());
        for (Step step : steps) {
            out.put((byte) step.op.ordinal()).putLong(step.replicaId);
        }
        return out.putInt(context.length).put(context).array();
    }

    /** Reads a change that takes all remaining bytes of {@code from}, whose position is left alone. */
    public static ConfChange decode(ByteBuffer from) {
        ByteBuffer in = from.slice().order(ByteOrder.LITTLE_ENDIAN);
        need(in, 2, "its head");
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("this configuration change has version " + version
                    + ", but only version " + VERSION + " is known here; run a newer release");
        }
        int count = in.get() & 0xFF;
        if (count > STEPS_MAX) {
            throw new IllegalArgumentException(
                    "this configuration change claims " + count + " steps, at most " + STEPS_MAX + " are allowed");
        }
        need(in, count * STEP_BYTES + 4, "its steps");
        Op[] ops = Op.values();
        List<Step> steps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int op = in.get() & 0xFF;
            if (op >= ops.length) {
                throw new IllegalArgumentException("this configuration change has an unknown step kind " + op);
            }
            steps.add(new Step(ops[op], in.getLong()));
        }
        int contextBytes = in.getInt();
        if (contextBytes < 0 || contextBytes > CONTEXT_BYTES_MAX || contextBytes != in.remaining()) {
            throw new IllegalArgumentException("this configuration change claims a context of " + contextBytes
                    + " bytes, but " + in.remaining() + " follow");
        }
        byte[] context = new byte[contextBytes];
        in.get(context);
        return new ConfChange(steps, context);
    }

    private static void need(ByteBuffer in, int bytes, String what) {
        if (in.remaining() < bytes) {
            throw new IllegalArgumentException("this configuration change ends within " + what + ": " + bytes
                    + " bytes needed, " + in.remaining() + " left");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfChange that && steps.equals(that.steps) && Arrays.equals(context, that.context);
    }

    @Override
    public int hashCode() {
        return 31 * steps.hashCode() + Arrays.hashCode(context);
    }

    @Override
    public String toString() {
        return isLeave() ? "ConfChange[leave]" : "ConfChange" + steps + "+" + context.length + "B";
    }
}
