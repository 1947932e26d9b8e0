package dev.cleave.region.store;

import dev.cleave.engine.base.AnyThread;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.region.protocol.FrameKind;
import dev.cleave.region.protocol.KvCodec;
import dev.cleave.region.protocol.KvError;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.MalformedFrame;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where links come in: checks who is there, and hands each frame to whom its kind concerns. Called on the network's threads. */
@AnyThread
final class StoreEndpoint implements LinkListener {
    private static final Logger LOG = LoggerFactory.getLogger(StoreEndpoint.class);

    private final PeerCheck check;
    private final Supplier<@Nullable RunningStore> store;
    private final Map<Link, Hello> peers = new ConcurrentHashMap<>();

    StoreEndpoint(PeerCheck check, Supplier<@Nullable RunningStore> store) {
        this.check = check;
        this.store = store;
    }

    @Override
    public void onOpen(Link link, Hello peer) {
        Optional<String> problem = check.problem(peer);
        if (problem.isPresent()) {
            LOG.warn("event=link-refused from={} peer={} reason=\"{}\"", link.remote(), peer, problem.get());
            link.close();
            return;
        }
        peers.put(link, peer);
    }

    @Override
    public void onFrame(Link link, ByteBuffer frame) {
        Hello peer = peers.get(link);
        if (peer == null || !frame.hasRemaining()) {
            link.close();
            return;
        }
        byte kind = frame.get(frame.position());
        RunningStore running = store.get();
        if (kind == FrameKind.KV_REQUEST) {
            request(link, frame, running);
        } else if (kind == FrameKind.RAFT && peer.role() == Hello.STORE) {
            if (running != null) {
                running.replicas().receive(peer.nodeId(), frame);
            }
        } else if (kind == FrameKind.SNAPSHOT && peer.role() == Hello.SNAPSHOT && running != null) {
            running.receiver().onFrame(link, frame);
        } else {
            LOG.warn("event=unexpected-frame kind={} from={} peer={}", kind, link.remote(), peer);
            link.close();
        }
    }

    private static void request(Link link, ByteBuffer frame, @Nullable RunningStore running) {
        if (running != null) {
            running.gate().admit(link, frame);
            return;
        }
        try {
            KvCodec.checkRequest(frame);
            KvError starting = KvError.of(KvError.Kind.BUSY, "the store is starting; come back shortly");
            link.send(KvCodec.encodeReply(KvReply.refused(KvCodec.requestId(frame), starting)));
        } catch (MalformedFrame malformed) {
            LOG.warn("event=malformed-request from={} reason=\"{}\"", link.remote(), malformed.getMessage());
            link.close();
        }
    }

    @Override
    public void onClose(Link link, String reason) {
        Hello peer = peers.remove(link);
        RunningStore running = store.get();
        if (peer != null && peer.role() == Hello.SNAPSHOT && running != null) {
            running.receiver().onClose(link);
        }
    }
}
