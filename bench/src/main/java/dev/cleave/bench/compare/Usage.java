package dev.cleave.bench.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** How the commands of this package are called: {@code --name VALUE} pairs. Whoever asks for help gets it; what is not understood ends with status 2. */
final class Usage {
    private Usage() {}

    /** The words behind their names; what was not said is as in {@code customary}. */
    static Map<String, String> words(Map<String, String> customary, String... arguments) {
        Map<String, String> said = new LinkedHashMap<>(customary);
        for (int i = 0; i < arguments.length; i += 2) {
            if (!said.containsKey(arguments[i]) || i + 1 == arguments.length) {
                throw new IllegalArgumentException("not understood: " + arguments[i]);
            }
            said.put(arguments[i], arguments[i + 1]);
        }
        return said;
    }

    static <T> void run(String usage, String[] arguments, Function<String[], T> parse, Command<T> command)
            throws Exception {
        if (List.of(arguments).contains("--help")) {
            System.out.println(usage);
            return;
        }
        T options;
        try {
            options = parse.apply(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage() + "\n" + usage);
            System.exit(2);
            return;
        }
        command.run(options);
    }

    /** What is done with what was understood. */
    interface Command<T> {
        void run(T options) throws Exception;
    }
}
