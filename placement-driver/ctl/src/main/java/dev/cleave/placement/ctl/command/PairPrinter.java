package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.KeyText;
import dev.cleave.placement.ctl.output.Csv;
import dev.cleave.placement.ctl.output.Form;
import dev.cleave.placement.ctl.output.Json;
import dev.cleave.placement.ctl.output.JsonItems;
import dev.cleave.region.client.KeyValue;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Prints pairs as they come, so that a scan of any length needs little memory. */
interface PairPrinter {
    void row(KeyValue row);

    /** Prints what is still held back and the end. */
    void end();

    static PairPrinter of(Form form, PrintWriter out, boolean isKeysOnly) {
        return switch (form) {
            case json -> new AsJson(out, isKeysOnly);
            case csv -> new AsLines(out, isKeysOnly ? "key\n" : "key,value\n", row -> csv(row, isKeysOnly));
            case keys -> new AsLines(out, "", row -> KeyText.format(row.key().bytes()) + "\n");
            case table -> new AsTable(out, isKeysOnly ? List.of("KEY") : List.of("KEY", "VALUE"));
            case wide -> new AsTable(out, isKeysOnly ? List.of("KEY") : List.of("KEY", "BYTES", "VALUE"));
        };
    }

    private static String csv(KeyValue row, boolean isKeysOnly) {
        String key = KeyText.format(row.key().bytes());
        return Csv.line(
                isKeysOnly
                        ? List.of(key)
                        : List.of(key, KeyText.format(row.value().bytes())));
    }

    /** A line per pair. */
    final class AsLines implements PairPrinter {
        private final PrintWriter out;
        private final Function<KeyValue, String> line;

        AsLines(PrintWriter out, String heading, Function<KeyValue, String> line) {
            this.out = out;
            this.line = line;
            out.print(heading);
        }

        @Override
        public void row(KeyValue row) {
            out.print(line.apply(row));
        }

        @Override
        public void end() {
            out.flush();
        }
    }

    /** One JSON list, written item by item. */
    final class AsJson implements PairPrinter {
        private final JsonItems items;
        private final boolean isKeysOnly;

        AsJson(PrintWriter out, boolean isKeysOnly) {
            this.items = new JsonItems(out, "PairList");
            this.isKeysOnly = isKeysOnly;
        }

        @Override
        public void row(KeyValue row) {
            byte[] key = row.key().bytes();
            items.item(isKeysOnly ? Json.key(key) : Json.pair(key, row.value().bytes()));
        }

        @Override
        public void end() {
            items.close();
        }
    }

    /** Columns; the first rows tell how wide they are. */
    final class AsTable implements PairPrinter {
        private static final int MEASURED_ROWS = 1_000;

        private final PrintWriter out;
        private final List<String> headers;
        private final List<List<String>> held = new ArrayList<>();
        private final int[] widths;
        private boolean isMeasured;

        AsTable(PrintWriter out, List<String> headers) {
            this.out = out;
            this.headers = headers;
            this.widths = new int[headers.size()];
            held.add(headers);
        }

        @Override
        public void row(KeyValue row) {
            List<String> cells =
                    headers.stream().map(header -> cell(header, row)).toList();
            if (isMeasured) {
                print(cells);
            } else {
                held.add(cells);
                if (held.size() > MEASURED_ROWS) {
                    release();
                }
            }
        }

        private static String cell(String header, KeyValue row) {
            return switch (header) {
                case "KEY" -> KeyText.format(row.key().bytes());
                case "BYTES" -> Integer.toString(row.value().length());
                default -> KeyText.format(row.value().bytes());
            };
        }

        private void release() {
            isMeasured = true;
            for (List<String> cells : held) {
                for (int i = 0; i < widths.length; i++) {
                    widths[i] = Math.max(widths[i], length(cells.get(i)));
                }
            }
            held.forEach(this::print);
            held.clear();
        }

        private void print(List<String> cells) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < cells.size() - 1; i++) {
                line.append(cells.get(i)).append(" ".repeat(Math.max(0, widths[i] - length(cells.get(i))) + 2));
            }
            out.println(line.append(cells.get(cells.size() - 1)));
        }

        private static int length(String text) {
            return text.codePointCount(0, text.length());
        }

        @Override
        public void end() {
            if (!isMeasured) {
                release();
            }
            out.flush();
        }
    }
}
