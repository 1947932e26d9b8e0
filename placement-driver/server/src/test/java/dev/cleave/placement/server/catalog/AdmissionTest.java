package dev.cleave.placement.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.wire.Address;
import dev.cleave.region.control.ToPlacement.RegisterStore;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {
    private static final long CLUSTER = 0xabc;

    /** Store 1 at a with data 101, started 5 times; store 2 at b with data 102, removed. */
    private static Map<Long, StoreRecord> stores() {
        Map<Long, StoreRecord> stores = new TreeMap<>();
        stores.put(1L, record(1, 101, "a", StoreRecord.Life.ACTIVE));
        stores.put(2L, record(2, 102, "b", StoreRecord.Life.REMOVED));
        return stores;
    }

    private static StoreRecord record(long id, long uuid, String host, StoreRecord.Life life) {
        return new StoreRecord(id, uuid, 5, new Address(host, 1), new Address(host, 2), life);
    }

    /** rules: 24 */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # cluster | store | data | starts | at | refused because
            0         | 0     | 103  | 1      | c  | ok
            abc       | 0     | 103  | 1      | c  | ok
            def       | 0     | 103  | 1      | c  | belong to cluster def
            0         | 0     | 0    | 1      | c  | identity file is damaged
            0         | 0     | 101  | 1      | a  | ok
            0         | 0     | 103  | 1      | a  | run `cleave store remove 1 --lost`
            0         | 0     | 103  | 1      | b  | ok
            0         | 0     | 102  | 1      | b  | removed from this cluster for good
            abc       | 1     | 101  | 5      | a  | ok
            abc       | 1     | 101  | 6      | a  | ok
            abc       | 1     | 101  | 6      | d  | ok
            abc       | 1     | 101  | 4      | a  | old copy
            abc       | 1     | 104  | 6      | a  | with other data
            abc       | 2     | 102  | 6      | b  | removed from this cluster for good
            abc       | 3     | 105  | 6      | e  | store 3 is not known
            """)
    void onlyTheRightDataMayJoin(String cluster, long store, long data, long starts, String at, String words) {
        String refusal = Admission.refusal(
                CLUSTER,
                stores(),
                new RegisterStore(
                        Long.parseLong(cluster, 16), store, data, starts, new Address(at, 1), new Address(at, 2)));

        if (words.equals("ok")) {
            assertThat(refusal).isNull();
        } else {
            assertThat(refusal).contains(words);
        }
    }
}
