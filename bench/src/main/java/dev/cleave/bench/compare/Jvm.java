package dev.cleave.bench.compare;

import java.nio.file.Path;
import java.util.List;

/** How this comparison starts JVMs. */
final class Jvm {
    /** Serializers of some peers reach into the JDK. */
    static final List<String> OPENS = List.of(
            "--add-opens", "java.base/java.lang=ALL-UNNAMED",
            "--add-opens", "java.base/java.util=ALL-UNNAMED",
            "--add-opens", "java.base/java.nio=ALL-UNNAMED",
            "--add-opens", "java.base/sun.nio.ch=ALL-UNNAMED");

    private Jvm() {}

    static String binary() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
