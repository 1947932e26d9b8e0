package dev.cleave.region.client;

import dev.cleave.region.protocol.PdCodec;
import dev.cleave.region.protocol.PdReply;
import java.nio.ByteBuffer;

/** A placement driver's answer with the id of its question. */
record PdAnswer(long requestId, PdReply reply) {
    static final Connection.Answers<PdAnswer> READER = new Connection.Answers<>() {
        @Override
        public long requestId(ByteBuffer frame) {
            return PdCodec.requestId(frame);
        }

        @Override
        public PdAnswer decode(ByteBuffer frame) {
            return new PdAnswer(PdCodec.requestId(frame), PdCodec.decodeReply(frame));
        }
    };
}
