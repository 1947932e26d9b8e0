package dev.cleave.placement.ctl.launch.process;

/** A server that listens, and stops in order when it is closed. */
public interface ServerProcess extends AutoCloseable {
    @Override
    void close();
}
