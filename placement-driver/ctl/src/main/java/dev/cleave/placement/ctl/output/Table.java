package dev.cleave.placement.ctl.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Aligned columns without lines, as scripts and people like them. */
public final class Table {
    private final List<String> headers;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headers) {
        this.headers = List.of(headers);
    }

    public Table row(Object... cells) {
        rows.add(Arrays.stream(cells).map(String::valueOf).toList());
        return this;
    }

    public List<List<String>> rows() {
        return rows;
    }

    @Override
    public String toString() {
        int[] widths = new int[headers.size()];
        measure(widths, headers);
        rows.forEach(row -> measure(widths, row));
        StringBuilder text = new StringBuilder();
        line(text, widths, headers);
        rows.forEach(row -> line(text, widths, row));
        return text.toString();
    }

    private static void measure(int[] widths, List<String> cells) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(
                    widths[i], cells.get(i).codePointCount(0, cells.get(i).length()));
        }
    }

    private static void line(StringBuilder text, int[] widths, List<String> cells) {
        int start = text.length();
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.get(i);
            text.append(cell);
            int missing = widths[i] - cell.codePointCount(0, cell.length());
            text.append(" ".repeat(i == widths.length - 1 ? 0 : missing + 2));
        }
        while (text.length() > start && text.charAt(text.length() - 1) == ' ') {
            text.setLength(text.length() - 1);
        }
        text.append('\n');
    }
}
