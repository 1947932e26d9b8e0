package dev.cleave.bench.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this comparison starts JVMs. */
final class Jvm {
    /** Serializers of some peers, and the library under Cleave's log, reach into the JDK. */
    static final List<String> OPENS = List.of(
            "--add-opens", "java.base/java.lang=ALL-UNNAMED",
            "--add-opens", "java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens", "java.base/java.util=ALL-UNNAMED",
            "--add-opens", "java.base/java.nio=ALL-UNNAMED",
            "--add-opens", "java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED",
            "--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED",
            "--add-exports", "java.base/jdk.internal.ref=ALL-UNNAMED");

    private Jvm() {}

    static String binary() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Cleave's own jars; those of other peers are older. */
    static String ownPath() {
        return System.getProperty("cleave.bench.path", System.getProperty("java.class.path"));
    }

    /** A line that starts a class of Cleave's own in a JVM of its own. */
    static List<String> own(Class<?> main, String... arguments) {
        List<String> line = new ArrayList<>(List.of(binary()));
        line.addAll(OPENS);
        line.addAll(List.of("-Xmx256m", "-cp", ownPath(), main.getName()));
        line.addAll(List.of(arguments));
        return line;
    }
}
