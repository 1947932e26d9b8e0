package dev.cleave.bench.peers;

import dev.cleave.engine.base.Key;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.workload.rate.RateKeys;
import java.nio.charset.StandardCharsets;

/**
 * The key at which a scan of so many pairs ends. RheaKV's scan knows no limit; etcd counts all that lies in the range whatever the limit, which is not what a scan is
 * asked here for.
 */
final class ScanEnd {
    private static final int PREFIX = 6;

    private ScanEnd() {}

    static byte[] of(KvCommand.Scan scan) {
        byte[] start = scan.range().startInclusive().bytes();
        String digits = new String(start, PREFIX, start.length - PREFIX, StandardCharsets.US_ASCII);
        Key end = RateKeys.key(Long.parseLong(digits) + scan.limit());
        return (end.compareTo(scan.range().endExclusive()) < 0
                        ? end
                        : scan.range().endExclusive())
                .bytes();
    }
}
