package dev.cleave.engine.kv;

/** The names a range file may have: made from ids, never from what a stranger sent. */
final class FileNames {
    private static final int CHARS_MAX = 200;

    private FileNames() {}

    /** Returns {@code name} if it is letters, digits, '-', '_' and '.', and does not start with '.'. */
    static String check(String name) {
        boolean fits = !name.isEmpty() && name.length() <= CHARS_MAX && name.charAt(0) != '.';
        if (!fits || !name.chars().allMatch(FileNames::isAllowed)) {
            throw new IllegalArgumentException("'" + name + "' is no name for a range file: use 1 to " + CHARS_MAX
                    + " letters, digits, '-', '_' and '.', not starting with '.'");
        }
        return name;
    }

    private static boolean isAllowed(int c) {
        boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return isLetter || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    }
}
