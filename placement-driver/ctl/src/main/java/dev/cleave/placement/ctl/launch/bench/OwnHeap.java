package dev.cleave.placement.ctl.launch.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What this process allocates: garbage of the client and of the load together. */
public final class OwnHeap {
    private OwnHeap() {}

    /** Bytes that the threads alive now have allocated since they began. */
    public static long allocatedBytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = 0;
        for (long each : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            // Below zero for one that has ended meanwhile.
            bytes += Math.max(0, each);
        }
        return bytes;
    }
}
