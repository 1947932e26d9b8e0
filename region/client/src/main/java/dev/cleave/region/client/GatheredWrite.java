package dev.cleave.region.client;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvReply;
import java.util.List;

/** Puts and deletes that leave as one batch: the region takes all of them or none, so each gets the answer of all. */
@OwnedBy("client loop")
final class GatheredWrite extends Gathered {
    /** @param attempts at least one, all with a change */
    GatheredWrite(Gatherer gatherer, Connection<KvReply> connection, List<Attempt> attempts) {
        super(gatherer, connection, attempts);
    }

    @Override
    KvCommand together(List<Attempt> leaving) {
        return new KvCommand.Batch(leaving.stream().map(Attempt::change).toList());
    }

    @Override
    void tell(List<Attempt> left, KvReply reply) {
        left.forEach(attempt -> attempt.onReply(reply));
    }
}
