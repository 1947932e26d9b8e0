package dev.cleave.bench.peers;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Value;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import dev.cleave.region.workload.KvTarget;
import dev.cleave.region.workload.Outcome;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/** etcd under load over gRPC, spoken to its leader, its few messages written and read by hand. */
final class EtcdTarget implements KvTarget {
    private static final int CONNECTIONS = 4;
    private static final int TRIES = 200;
    private static final MethodDescriptor<byte[], byte[]> PUT = method("etcdserverpb.KV/Put");
    private static final MethodDescriptor<byte[], byte[]> RANGE = method("etcdserverpb.KV/Range");
    private static final MethodDescriptor<byte[], byte[]> STATUS = method("etcdserverpb.Maintenance/Status");

    private final List<ManagedChannel> channels = new ArrayList<>();

    EtcdTarget(int firstPort) throws InterruptedException {
        int leader = leader(firstPort);
        for (int i = 0; i < CONNECTIONS; i++) {
            channels.add(channel(Ports.of(firstPort, leader)));
        }
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(name)
                .setRequestMarshaller(new BytesMarshaller())
                .setResponseMarshaller(new BytesMarshaller())
                .build();
    }

    private static ManagedChannel channel(int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .directExecutor()
                .build();
    }

    private static int leader(int firstPort) throws InterruptedException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            for (int server = 0; server < Ports.SERVERS; server++) {
                ManagedChannel channel = channel(Ports.of(firstPort, server));
                try {
                    Protobuf status = new Protobuf(
                            ClientCalls.blockingUnaryCall(channel, STATUS, CallOptions.DEFAULT, new byte[0]));
                    long self = new Protobuf(status.bytes(1)).number(2);
                    if (self != 0 && self == status.number(4)) {
                        return server;
                    }
                } catch (StatusRuntimeException notYet) {
                    Thread.sleep(100);
                } finally {
                    channel.shutdownNow();
                }
            }
        }
        throw new IllegalStateException("etcd has no leader");
    }

    @Override
    public CompletableFuture<Outcome> ask(KvCommand command) {
        if (command instanceof KvCommand.Put put) {
            byte[] request = new Protobuf.Writer()
                    .bytes(1, put.key().bytes())
                    .bytes(2, put.value().bytes())
                    .toBytes();
            return call(PUT, request, answer -> new KvResult.Done());
        }
        if (command instanceof KvCommand.Get get) {
            byte[] request = new Protobuf.Writer().bytes(1, get.key().bytes()).toBytes();
            return call(RANGE, request, answer -> {
                List<KvResult.Pair> pairs = pairs(answer);
                return new KvResult.Found(pairs.isEmpty() ? null : pairs.get(0).value());
            });
        }
        if (command instanceof KvCommand.Scan scan) {
            byte[] request = new Protobuf.Writer()
                    .bytes(1, scan.range().startInclusive().bytes())
                    .bytes(2, ScanEnd.of(scan))
                    .number(3, scan.limit())
                    .toBytes();
            return call(RANGE, request, answer -> new KvResult.Pairs(pairs(answer), true));
        }
        return CompletableFuture.completedFuture(Outcome.notApplied("not asked of etcd"));
    }

    private static List<KvResult.Pair> pairs(byte[] answer) {
        List<KvResult.Pair> pairs = new ArrayList<>();
        for (byte[] pair : new Protobuf(answer).all(2)) {
            Protobuf fields = new Protobuf(pair);
            pairs.add(new KvResult.Pair(Key.own(fields.bytes(1)), Value.own(fields.bytes(5))));
        }
        return pairs;
    }

    private CompletableFuture<Outcome> call(
            MethodDescriptor<byte[], byte[]> method, byte[] request, Function<byte[], KvResult> words) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        ManagedChannel channel = channels.get(ThreadLocalRandom.current().nextInt(CONNECTIONS));
        ClientCalls.asyncUnaryCall(channel.newCall(method, CallOptions.DEFAULT), request, new StreamObserver<>() {
            @Override
            public void onNext(byte[] answer) {
                outcome.complete(Outcome.ok(words.apply(answer)));
            }

            @Override
            public void onError(Throwable error) {
                outcome.complete(Outcome.unknown(String.valueOf(error)));
            }

            @Override
            public void onCompleted() {
                // The answer has come before.
            }
        });
        return outcome;
    }
}
