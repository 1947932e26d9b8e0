package dev.cleave.bench.compare;

import dev.cleave.region.workload.KvTarget;

/** A mark to measure stores by: one process that sends back what it gets, asked as an {@link EchoTarget} asks. */
abstract class NoStore implements Peer {
    @Override
    public boolean isForeign() {
        return false;
    }

    @Override
    public KvTarget connect(Subject subject, int firstPort) throws Exception {
        return new EchoTarget().connect(firstPort);
    }
}
