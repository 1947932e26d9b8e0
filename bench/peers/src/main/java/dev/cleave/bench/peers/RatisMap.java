package dev.cleave.bench.peers;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * The state machine: an ordered map in memory. Messages are
 *
 * <pre>
 * put   short length of the key, key, value          answer: nothing
 * get   short length of the key, key                 answer: one byte and the value, or nothing
 * scan  short length of the key, key, int limit      answer: short, int, key, value of each pair
 * </pre>
 */
final class RatisMap extends BaseStateMachine {
    private final ConcurrentSkipListMap<byte[], byte[]> map = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        ByteBuffer put = entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer();
        byte[] key = bytes(put, put.getShort());
        map.put(key, bytes(put, put.remaining()));
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    @Override
    public CompletableFuture<Message> query(Message request) {
        ByteBuffer question = request.getContent().asReadOnlyByteBuffer();
        byte[] key = bytes(question, question.getShort());
        return CompletableFuture.completedFuture(question.hasRemaining() ? scan(key, question.getInt()) : get(key));
    }

    private Message get(byte[] key) {
        byte[] value = map.get(key);
        if (value == null) {
            return Message.EMPTY;
        }
        ByteBuffer answer =
                ByteBuffer.allocate(1 + value.length).put((byte) 1).put(value).flip();
        return Message.valueOf(UnsafeByteOperations.unsafeWrap(answer));
    }

    private Message scan(byte[] start, int limit) {
        ByteString.Output answer = ByteString.newOutput(16 << 10);
        int left = limit;
        for (Map.Entry<byte[], byte[]> pair : map.tailMap(start).entrySet()) {
            if (left-- == 0) {
                break;
            }
            byte[] key = pair.getKey();
            byte[] value = pair.getValue();
            byte[] lengths = ByteBuffer.allocate(6)
                    .putShort((short) key.length)
                    .putInt(value.length)
                    .array();
            answer.write(lengths, 0, lengths.length);
            answer.write(key, 0, key.length);
            answer.write(value, 0, value.length);
        }
        return Message.valueOf(answer.toByteString());
    }

    static byte[] bytes(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }
}
