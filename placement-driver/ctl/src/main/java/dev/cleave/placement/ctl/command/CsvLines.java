package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.KeyText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records of "key,value" as RFC 4180 says; a first record "key,value" is a heading. Keys and values are written as on the command line: text,
 * {@code hex:...} or {@code b64:...}.
 */
final class CsvLines implements PairLines {
    /** In base64 a pair takes a third more. */
    private static final int RECORD_CHARS_MAX = 8 << 20;

    private final Reader in;
    private long line = 1;
    private boolean isFirst = true;

    CsvLines(InputStream in) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 64 << 10);
    }

    @Override
    public @Nullable PairLine next() throws IOException {
        while (true) {
            long number = line;
            List<String> cells = new ArrayList<>();
            String problem = record(cells);
            if (problem == null && cells.isEmpty()) {
                return null;
            }
            boolean isHeading = isFirst && cells.equals(List.of("key", "value"));
            isFirst = false;
            if (!isHeading) {
                return pair(number, cells, problem);
            }
        }
    }

    private static PairLine pair(long number, List<String> cells, @Nullable String problem) {
        if (problem != null) {
            return PairLine.bad(number, problem);
        }
        if (cells.size() == 1 && cells.get(0).isEmpty()) {
            return PairLine.bad(number, "empty line");
        }
        if (cells.size() != 2) {
            return PairLine.bad(number, cells.size() + " cells, not two: key and value");
        }
        try {
            return PairLine.of(number, KeyText.parse(cells.get(0)), KeyText.parse(cells.get(1)));
        } catch (IllegalArgumentException wrong) {
            return PairLine.bad(number, "what follows hex: or b64: is not valid");
        }
    }

    /** Adds the cells of the next record, none at the end; returns what is wrong with it. */
    private @Nullable String record(List<String> cells) throws IOException {
        StringBuilder cell = new StringBuilder();
        String problem = null;
        boolean isQuoted = false;
        boolean wasQuoted = false;
        boolean hasAny = false;
        int length = 0;
        while (true) {
            int c = in.read();
            if (c < 0) {
                if (isQuoted) {
                    cells.add(cell.toString());
                    return "a quote is never closed";
                }
                if (hasAny) {
                    cells.add(withoutReturn(cell, wasQuoted));
                }
                return problem;
            }
            hasAny = true;
            if (c == '\n') {
                line++;
            }
            if (++length > RECORD_CHARS_MAX) {
                problem = "longer than " + RECORD_CHARS_MAX + " characters";
                cell.setLength(0);
            }
            if (isQuoted) {
                if (c != '"') {
                    cell.append((char) c);
                } else {
                    isQuoted = false;
                    wasQuoted = true;
                }
            } else if (c == '"' && wasQuoted) {
                // A doubled quote inside quotes is one.
                cell.append('"');
                isQuoted = true;
            } else if (c == '"' && cell.length() == 0) {
                isQuoted = true;
            } else if (c == ',') {
                cells.add(cell.toString());
                cell.setLength(0);
                wasQuoted = false;
            } else if (c == '\n') {
                cells.add(withoutReturn(cell, wasQuoted));
                return problem;
            } else if (c == '"' || wasQuoted && c != '\r') {
                problem = "a quote in the middle of a cell";
            } else if (!wasQuoted) {
                cell.append((char) c);
            }
        }
    }

    /** Lines may end as on Windows. */
    private static String withoutReturn(StringBuilder cell, boolean wasQuoted) {
        int length = cell.length();
        boolean endsInReturn = !wasQuoted && length > 0 && cell.charAt(length - 1) == '\r';
        return endsInReturn ? cell.substring(0, length - 1) : cell.toString();
    }
}
