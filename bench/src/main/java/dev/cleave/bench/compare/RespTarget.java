package dev.cleave.bench.compare;

import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.workload.Outcome;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Redis under load: SET and GET in its own protocol (RESP). */
final class RespTarget extends PipelinedTarget {
    private static final byte[] SET = "*3\r\n$3\r\nSET\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GET = "*2\r\n$3\r\nGET\r\n".getBytes(StandardCharsets.US_ASCII);

    @Override
    boolean encode(KvCommand command, ByteBuf to) {
        if (command instanceof KvCommand.Put put) {
            to.writeBytes(SET);
            bulk(to, put.key().bytes());
            bulk(to, put.value().bytes());
            return true;
        }
        if (command instanceof KvCommand.Get get) {
            to.writeBytes(GET);
            bulk(to, get.key().bytes());
            return true;
        }
        return false;
    }

    private static void bulk(ByteBuf to, byte[] bytes) {
        to.writeByte('$');
        to.writeCharSequence(Integer.toString(bytes.length), StandardCharsets.US_ASCII);
        to.writeShort('\r' << 8 | '\n');
        to.writeBytes(bytes);
        to.writeShort('\r' << 8 | '\n');
    }

    @Override
    @Nullable
    Outcome decode(ByteBuf in) {
        int end = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
        if (end < 0) {
            return null;
        }
        int start = in.readerIndex();
        byte kind = in.getByte(start);
        String line = in.toString(start + 1, end - start - 2, StandardCharsets.US_ASCII);
        int next = end + 1;
        if (kind != '$') {
            in.readerIndex(next);
            return kind == '+' ? Outcome.ok(new KvResult.Done()) : Outcome.unknown(line);
        }
        if (line.equals("-1")) {
            in.readerIndex(next);
            return Outcome.ok(new KvResult.Found(null));
        }
        byte[] bytes = new byte[Integer.parseInt(line)];
        if (in.writerIndex() - next < bytes.length + 2) {
            return null;
        }
        in.getBytes(next, bytes);
        in.readerIndex(next + bytes.length + 2);
        return Outcome.ok(new KvResult.Found(Value.own(bytes)));
    }
}
