package dev.cleave.placement.ctl.launch.config;

import dev.cleave.engine.wire.Address;
import dev.cleave.placement.ctl.launch.config.Form.Toml;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The forms in which settings come. */
final class Forms {
    private static final Pattern TIME = Pattern.compile("(0|[1-9][0-9]{0,8})(ms|s|m|h)?");
    private static final Pattern SIZE = Pattern.compile("(0|[1-9][0-9]{0,8})(KiB|MiB|GiB|TiB)");
    private static final Map<String, Long> TIME_UNITS = units("h", 3_600_000L, "m", 60_000L, "s", 1_000L, "ms", 1L);
    private static final Map<String, Long> SIZE_UNITS =
            units("TiB", 1L << 40, "GiB", 1L << 30, "MiB", 1L << 20, "KiB", 1L << 10);

    private Forms() {}

    static Form<Path> directory() {
        return new Form<>("DIR", "directory", "", Toml.TEXT, Forms::path, Path::toString);
    }

    private static Path path(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("an empty text names no directory");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException wrong) {
            throw new IllegalArgumentException("'" + text + "' is not a path");
        }
    }

    static Form<Address> address() {
        return new Form<>("HOST:PORT", "address", "", Toml.TEXT, Address::parse, Address::toString);
    }

    static Form<List<Address>> addresses() {
        return new Form<>(
                "HOST:PORT[,...]",
                "addresses",
                "one or more",
                Toml.TEXTS,
                Address::parseList,
                list -> list.stream().map(Address::toString).collect(Collectors.joining(",")));
    }

    static Form<Set<String>> names() {
        return new Form<>(
                "NAME[,...]",
                "names",
                "may be empty",
                Toml.TEXTS,
                text -> text.isEmpty()
                        ? Set.of()
                        : Arrays.stream(text.split(",", -1)).map(Forms::name).collect(Collectors.toSet()),
                set -> String.join(",", new TreeSet<>(set)));
    }

    private static String name(String text) {
        String name = text.trim();
        if (!name.matches("[A-Za-z0-9._-]{1,253}")) {
            throw new IllegalArgumentException("'" + name + "' is not the name of a host");
        }
        return name;
    }

    static Form<Boolean> yesOrNo() {
        return new Form<>("true|false", "boolean", "", Toml.BOOLEAN, Forms::isTrue, String::valueOf);
    }

    private static boolean isTrue(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }

    /** One of the named choices. */
    static <T> Form<T> choice(Map<String, T> choices) {
        String names = String.join("|", new TreeSet<>(choices.keySet()));
        Function<String, T> parse = text -> {
            T chosen = choices.get(text);
            if (chosen == null) {
                throw new IllegalArgumentException("'" + text + "' is none of " + names);
            }
            return chosen;
        };
        Function<T, String> write = value -> choices.entrySet().stream()
                .filter(each -> each.getValue().equals(value))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        return new Form<>(names, "choice", names.replace("|", " or "), Toml.TEXT, parse, write);
    }

    static Form<Integer> count(int min, int max) {
        Function<String, Integer> parse = text -> {
            boolean isNumber = text.matches("0|[1-9][0-9]{0,9}");
            long value = isNumber ? Long.parseLong(text) : -1;
            if (value < min || value > max) {
                throw new IllegalArgumentException("'" + text + "' is no number from " + min + " to " + max);
            }
            return (int) value;
        };
        return new Form<>("N", "number", min + " to " + max, Toml.NUMBER, parse, String::valueOf);
    }

    static Form<Duration> time(Duration min, Duration max) {
        Function<String, Duration> parse = text -> {
            Matcher time = TIME.matcher(text);
            if (!time.matches() || time.group(2) == null && !text.equals("0")) {
                throw new IllegalArgumentException("'" + text + "' is no time like 500ms, 3s, 10m or 1h");
            }
            long unit = time.group(2) == null ? 1 : TIME_UNITS.getOrDefault(time.group(2), 1L);
            Duration value = Duration.ofMillis(Long.parseLong(time.group(1)) * unit);
            if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                throw new IllegalArgumentException("'" + text + "' is not within " + range(min, max));
            }
            return value;
        };
        return new Form<>("TIME", "time", range(min, max), Toml.TEXT, parse, Forms::written);
    }

    private static String range(Duration min, Duration max) {
        return written(min) + " to " + written(max);
    }

    private static String written(Duration time) {
        return time.isZero() ? "0" : inUnits(time.toMillis(), TIME_UNITS);
    }

    static Form<Long> size(long min, long max) {
        Function<String, Long> parse = text -> {
            Matcher size = SIZE.matcher(text);
            if (!size.matches()) {
                throw new IllegalArgumentException("'" + text + "' is no size like 256KiB, 384MiB or 2GiB");
            }
            long bytes = Math.multiplyExact(Long.parseLong(size.group(1)), SIZE_UNITS.getOrDefault(size.group(2), 1L));
            if (bytes < min || bytes > max) {
                throw new IllegalArgumentException(
                        "'" + text + "' is not within " + inUnits(min, SIZE_UNITS) + " to " + inUnits(max, SIZE_UNITS));
            }
            return bytes;
        };
        String range = inUnits(min, SIZE_UNITS) + " to " + inUnits(max, SIZE_UNITS);
        return new Form<>("SIZE", "size", range, Toml.TEXT, parse, bytes -> inUnits(bytes, SIZE_UNITS));
    }

    /** In the largest unit that divides it. */
    private static String inUnits(long amount, Map<String, Long> units) {
        for (Map.Entry<String, Long> unit : units.entrySet()) {
            if (amount != 0 && amount % unit.getValue() == 0) {
                return amount / unit.getValue() + unit.getKey();
            }
        }
        return "0" + units.keySet().stream().reduce("", (first, last) -> last);
    }

    private static Map<String, Long> units(
            String a, long inA, String b, long inB, String c, long inC, String d, long inD) {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put(a, inA);
        units.put(b, inB);
        units.put(c, inC);
        units.put(d, inD);
        return units;
    }
}
