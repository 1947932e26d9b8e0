package dev.cleave.placement.server;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.engine.wire.Hello;
import dev.cleave.engine.wire.Link;

/** One open link and who speaks on it. */
@OwnedBy("placement agent")
final class Session {
    final Link link;
    final Hello peer;
    /** The store that has registered on this link, 0 if none has. */
    long storeId;

    Session(Link link, Hello peer) {
        this.link = link;
        this.peer = peer;
    }
}
