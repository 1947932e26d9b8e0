package dev.cleave.placement.ctl.launch.process;

import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How to start another process of this same program: the same java, the same jar (or, in tests, the same class path and flags). */
public final class OwnJvm {
    private static final String MAIN = "dev.cleave.placement.ctl.launch.Cleave";

    private OwnJvm() {}

    /** The beginning of a command line, to be followed by the arguments of {@code cleave}. */
    public static List<String> command(List<String> flags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        Path origin = origin();
        if (origin.toString().endsWith(".jar")) {
            command.addAll(List.of("-jar", origin.toString()));
        } else {
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(flag -> flag.startsWith("--add-"))
                    .forEach(command::add);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        }
        return command;
    }

    private static Path origin() {
        try {
            return Path.of(OwnJvm.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException strange) {
            throw new IllegalStateException("the program does not know where it is", strange);
        }
    }
}
