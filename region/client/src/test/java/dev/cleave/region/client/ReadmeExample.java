package dev.cleave.region.client;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import dev.cleave.engine.base.Value;
import java.util.Optional;

/** The Java code of the README, compiled. {@link ReadmeTest} checks that both are the same text. */
final class ReadmeExample {
    private ReadmeExample() {}

    static void run() {
        // readme
        try (CleaveClient client = CleaveClient.builder().pd("127.0.0.1:2379").build()) {
            client.put("fruit:apple", "red");
            Optional<byte[]> color = client.get("fruit:apple");
            System.out.println("an apple is " + color.map(String::new).orElse("unknown"));

            Key plum = Key.utf8("fruit:plum");
            client.putIfAbsent(plum, Value.utf8("blue"));
            client.compareAndSet(plum, Optional.of(Value.utf8("blue")), Optional.of(Value.utf8("violet")));

            KeyRange fruit = KeyRange.of(Key.utf8("fruit:"), Key.utf8("fruit;"));
            client.scan(fruit, 100).forEach(row -> System.out.println(row.keyText() + " = " + row.valueText()));
            client.async().delete("fruit:apple").join();
        } catch (UndeterminedException unknown) {
            System.out.println("the write may or may not have happened: read before you repeat it");
        }
        // end
    }
}
