package dev.cleave.bench.compare;

import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.workload.Outcome;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** An {@link EchoServer} under load: the key, and of a put the value, behind their length; what comes back is taken for the value. */
final class EchoTarget extends PipelinedTarget {
    @Override
    boolean encode(KvCommand command, ByteBuf to) {
        if (command instanceof KvCommand.Put put) {
            to.writeInt(put.key().bytes().length + put.value().bytes().length);
            to.writeBytes(put.key().bytes());
            to.writeBytes(put.value().bytes());
            return true;
        }
        if (command instanceof KvCommand.Get get) {
            to.writeInt(get.key().bytes().length);
            to.writeBytes(get.key().bytes());
            return true;
        }
        return false;
    }

    @Override
    @Nullable
    Outcome decode(ByteBuf in) {
        if (in.readableBytes() < Integer.BYTES) {
            return null;
        }
        int length = in.getInt(in.readerIndex());
        if (in.readableBytes() < Integer.BYTES + length) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.skipBytes(Integer.BYTES).readBytes(bytes);
        return Outcome.ok(new KvResult.Found(Value.own(bytes)));
    }
}
