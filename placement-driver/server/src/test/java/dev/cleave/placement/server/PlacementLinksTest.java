package dev.cleave.placement.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;
import dev.cleave.engine.wire.LinkListener;
import dev.cleave.region.control.ControlCodec;
import dev.cleave.region.control.ToPlacement;
import dev.cleave.region.protocol.PdCodec;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What comes over links that is not a store's ordinary speech. */
class PlacementLinksTest {
    private final FakeCluster cluster = new FakeCluster(7, PlacementOptions.defaults());
    private final List<PdReply> replies = new ArrayList<>();
    private boolean isClosed;

    private Link connect(Hello self) {
        Link link = cluster.network().connect(FakeCluster.PD, () -> self, new LinkListener() {
            @Override
            public void onOpen(Link opened, Hello peer) {}

            @Override
            public void onFrame(Link from, ByteBuffer frame) {
                replies.add(PdCodec.decodeReply(frame));
            }

            @Override
            public void onClose(Link closed, String reason) {
                isClosed = true;
            }
        });
        cluster.runUntil("open", 1_000, link::isOpen);
        return link;
    }

    @Test
    void aClientAsksOverItsLink() {
        cluster.settle(1);
        Link link = connect(Hello.client());

        link.send(PdCodec.encodeRequest(9, 1000, new PdRequest.FindRoute(Key.utf8("a"))));
        link.send(PdCodec.encodeRequest(10, 1000, new PdRequest.GetStatus()));
        cluster.runUntil("answers", 1_000, () -> replies.size() == 2);

        assertThat(((PdReply.Routes) replies.get(0)).regions()).hasSize(1);
        assertThat(((PdReply.Status) replies.get(1)).stores()).isEqualTo(1);
    }

    @Test
    void withoutAnyRegionARouteIsRefusedForNow() {
        cluster.runUntil("serving", 10_000, () -> cluster.pd().isServing());
        Link link = connect(Hello.client());

        link.send(PdCodec.encodeRequest(9, 1000, new PdRequest.FindRoute(Key.utf8("a"))));
        cluster.runUntil("an answer", 1_000, () -> !replies.isEmpty());

        assertThat(replies.get(0)).isInstanceOfSatisfying(PdReply.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(PdReply.Kind.UNAVAILABLE);
            assertThat(refused.message()).contains("key a");
        });
    }

    @Test
    void garbageAndAClientThatPosesAsAStoreEndTheirLinkAndNothingElse() {
        cluster.settle(1);
        List<ByteBuffer> frames = List.of(
                ByteBuffer.wrap(new byte[] {99, 1, 2, 3}),
                ByteBuffer.wrap(new byte[] {5, 1, 2, 3}),
                ByteBuffer.wrap(new byte[] {3, 1, 2, 3}),
                new ControlCodec().encode(1, new ToPlacement.Leaving(1)));
        for (ByteBuffer frame : frames) {
            isClosed = false;
            Link link = connect(Hello.client());
            link.send(frame.order(ByteOrder.LITTLE_ENDIAN));
            cluster.runUntil("closed", 1_000, () -> isClosed);
        }

        assertThat(cluster.pd().isServing()).isTrue();
        assertThat(cluster.stores.get(0).rejections).isEmpty();
    }

    @Test
    void beforeItLeadsLinksAreSentAway() {
        Link link = cluster.network().connect(FakeCluster.PD, Hello::client, new LinkListener() {
            @Override
            public void onOpen(Link opened, Hello peer) {}

            @Override
            public void onFrame(Link from, ByteBuffer frame) {}

            @Override
            public void onClose(Link closed, String reason) {
                isClosed = true;
            }
        });
        cluster.run(50);

        assertThat(isClosed).isTrue();
        assertThat(link.isOpen()).isFalse();
    }
}
