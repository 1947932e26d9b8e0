package dev.cleave.region.store.state;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.kv.KvBatch;
import dev.cleave.engine.kv.KvEngine;
import dev.cleave.engine.kv.KvEngine.Family;
import dev.cleave.engine.wire.Address;
import dev.cleave.region.protocol.MalformedFrame;
import dev.cleave.region.protocol.WireReader;
import dev.cleave.region.protocol.WireWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the other stores were when last heard of, kept so that a whole cluster can start again without its placement driver. A hint: it becomes durable with
 * any later flush, and what cannot be read is as good as nothing (little endian).
 *
 * <pre>
 * u8 layout (1), u32 count, count × { u64 store id, address }
 * </pre>
 */
@AnyThread
public final class StoreBook {
    private static final Logger LOG = LoggerFactory.getLogger(StoreBook.class);
    private static final int LAYOUT = 1;
    private static final int STORES_MAX = 10_000;
    private static final int BYTES_MAX = 4 << 20;

    private final KvEngine engine;

    public StoreBook(KvEngine engine) {
        this.engine = engine;
    }

    /** One line of the book. */
    private record Entry(long store, Address address) {}

    public Map<Long, Address> load() {
        Map<Long, Address> addresses = new TreeMap<>();
        byte[] bytes = engine.get(Family.META, MetaKeys.stores());
        if (bytes == null) {
            return addresses;
        }
        try {
            WireReader from = new WireReader(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            if (from.u8("layout") == LAYOUT) {
                from.list(STORES_MAX, 14, "stores", item -> new Entry(item.u64("store id"), item.address("address")))
                        .forEach(entry -> addresses.put(entry.store(), entry.address()));
            }
        } catch (MalformedFrame damaged) {
            LOG.warn("event=store-book-unreadable reason=\"{}\"", damaged.getMessage());
        }
        return addresses;
    }

    public void save(Map<Long, Address> addresses) {
        WireWriter to = new WireWriter(256, BYTES_MAX).u8(LAYOUT).u32(addresses.size());
        addresses.forEach((store, address) -> to.u64(store).address(address));
        ByteBuffer written = to.finish();
        KvBatch batch = engine.newBatch();
        batch.put(Family.META, MetaKeys.stores(), Arrays.copyOf(written.array(), written.limit()));
        engine.write(batch);
    }
}
