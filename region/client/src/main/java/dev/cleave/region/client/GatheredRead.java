package dev.cleave.region.client;

import dev.cleave.engine.base.OwnedBy;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvReply;
import dev.cleave.region.protocol.KvResult.Found;
import dev.cleave.region.protocol.KvResult.Pair;
import dev.cleave.region.protocol.KvResult.Pairs;
import java.util.List;

/**
 * Gets that leave as one batch get. The store reads after the request has come, hence after each of them was called: what makes one of them linearizable makes all of
 * them so. Its answer holds the pairs that are there, in the order in which they were asked for; one key may be asked for, and answered, several times.
 */
@OwnedBy("client loop")
final class GatheredRead extends Gathered {
    private static final Found ABSENT = new Found(null);

    /** @param attempts at least one, all gets */
    GatheredRead(Gatherer gatherer, Connection<KvReply> connection, List<Attempt> attempts) {
        super(gatherer, connection, attempts);
    }

    @Override
    KvCommand together(List<Attempt> leaving) {
        return new KvCommand.BatchGet(leaving.stream().map(Attempt::key).toList());
    }

    @Override
    void tell(List<Attempt> left, KvReply reply) {
        if (reply.result() instanceof Pairs page && isAnswerTo(left, page.pairs())) {
            handOut(left, page);
        } else {
            left.forEach(attempt -> attempt.onReply(reply));
        }
    }

    /** Whether the pairs are some of those that were asked for, in that order. */
    private static boolean isAnswerTo(List<Attempt> left, List<Pair> pairs) {
        int next = 0;
        for (Attempt attempt : left) {
            if (isOf(attempt, pairs, next)) {
                next++;
            }
        }
        return next == pairs.size();
    }

    private static void handOut(List<Attempt> left, Pairs page) {
        List<Pair> pairs = page.pairs();
        int next = 0;
        for (Attempt attempt : left) {
            boolean isThere = isOf(attempt, pairs, next);
            if (isThere || next < pairs.size() || page.isComplete()) {
                Found found = isThere ? new Found(pairs.get(next).value()) : ABSENT;
                next += isThere ? 1 : 0;
                attempt.onReply(KvReply.ok(attempt.requestId(), found));
            } else {
                // Behind the last pair of a page that is full.
                attempt.onLeftOut();
            }
        }
    }

    private static boolean isOf(Attempt attempt, List<Pair> pairs, int next) {
        return next < pairs.size() && pairs.get(next).key().equals(attempt.key());
    }
}
