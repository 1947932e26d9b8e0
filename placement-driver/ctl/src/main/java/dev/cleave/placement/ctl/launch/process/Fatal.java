package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.agents.FailureListener;
import dev.cleave.engine.log.DiskFailure;
import dev.cleave.placement.ctl.command.ExitCode;
import dev.cleave.region.store.StoreFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A failed agent ends the process at once: whatever it owned can no longer be trusted, and a restart recovers from the log. */
public final class Fatal implements FailureListener {
    private static final Logger LOG = LoggerFactory.getLogger(Fatal.class);
    public static final int EXIT_CODE = 70;

    private final String process;

    /** @param process what ends, such as "store" */
    public Fatal(String process) {
        this.process = process;
    }

    @Override
    public void failed(String role, Throwable cause) {
        if (cause instanceof StoreFailure refused) {
            // Not a defect: the placement driver has told it to stop, and why.
            System.err.println("cleave " + process + ": " + refused.getMessage());
            System.err.flush();
            Runtime.getRuntime().halt(ExitCode.FAILED);
        }
        if (cause instanceof DiskFailure disk) {
            LOG.error("event=disk_failed process={} reason=\"{}\"", process, disk.getMessage());
            System.err.println("cleave " + process + ": " + disk.getMessage() + "; the process ends with code "
                    + ExitCode.DISK_FAILED + ", look at the disk before you start it again");
            System.err.flush();
            Runtime.getRuntime().halt(ExitCode.DISK_FAILED);
        }
        LOG.error("event=agent_failed process={} agent={}", process, role, cause);
        System.err.println("cleave " + process + ": the " + role + " failed (" + cause
                + "); the process ends with code " + EXIT_CODE + ", start it again to recover");
        System.err.flush();
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
