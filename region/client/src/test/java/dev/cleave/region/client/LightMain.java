package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import java.lang.management.ManagementFactory;
import java.util.List;

/** An application that only reads and writes. {@link LoopbackTest} runs it in a JVM of its own, with Netty and slf4j alone. */
final class LightMain {
    private LightMain() {}

    public static void main(String[] arguments) {
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
        for (String foreign : List.of(
                "org.agrona.DirectBuffer", "com.esotericsoftware.kryo.Kryo", "org.assertj.core.api.Assertions")) {
            try {
                Class.forName(foreign);
                throw new IllegalStateException(foreign + " is on the class path");
            } catch (ClassNotFoundException asItShouldBe) {
                // Nothing but Netty and slf4j is here.
            }
        }
        try (CleaveClient client = CleaveClient.builder().pd(arguments[0]).build()) {
            client.put("light/1", "one");
            client.async()
                    .put(Key.utf8("light/2"), dev.cleave.engine.base.Value.utf8("two"))
                    .join();
            long rows = client.stream(ScanRequest.prefix("light/")).count();
            System.out.println("java " + Runtime.version().feature() + " flags " + flags + " rows " + rows + " value "
                    + new String(client.get("light/2").orElseThrow()));
        }
    }
}
