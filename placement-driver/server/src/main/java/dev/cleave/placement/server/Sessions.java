package dev.cleave.placement.server;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.region.control.ControlCodec;
import dev.cleave.region.control.FromPlacement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The open links, and which of them leads to which store: the newest one that a store has registered on. */
@OwnedBy("placement agent")
final class Sessions {
    private final Map<Link, Session> byLink = new LinkedHashMap<>();
    private final Map<Long, Session> byStore = new TreeMap<>();
    private final ControlCodec codec;

    Sessions(ControlCodec codec) {
        this.codec = codec;
    }

    void opened(Link link, Hello peer) {
        byLink.put(link, new Session(link, peer));
    }

    void closed(Link link) {
        Session session = byLink.remove(link);
        if (session != null) {
            byStore.remove(session.storeId, session);
        }
    }

    @Nullable
    Session on(Link link) {
        return byLink.get(link);
    }

    /** From now on {@code session} speaks for the store; an older link of the same store is closed. */
    void bind(long storeId, Session session) {
        session.storeId = storeId;
        Session before = byStore.put(storeId, session);
        if (before != null && before.link != session.link) {
            before.link.close();
        }
    }

    boolean answer(Session session, long call, FromPlacement record) {
        return session.link.send(codec.encode(call, record));
    }

    /** Sends unasked; false if the store is not connected. */
    boolean push(long storeId, FromPlacement record) {
        Session session = byStore.get(storeId);
        return session != null && answer(session, 0, record);
    }

    void pushAll(FromPlacement record) {
        byStore.values().forEach(session -> answer(session, 0, record));
    }

    /** Drops what is not open any more, should the news of it have been lost. */
    void sweep() {
        byLink.values().removeIf(session -> !session.link.isOpen());
        byStore.values().removeIf(session -> !session.link.isOpen());
    }

    void closeAll() {
        byLink.keySet().forEach(Link::close);
    }
}
