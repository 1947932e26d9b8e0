package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.KeyText;
import dev.cleave.placement.ctl.output.Json;
import dev.cleave.placement.ctl.output.JsonItems;
import dev.cleave.region.client.KeyValue;
import java.util.ArrayList;
import java.util.List;

/** Prints pairs as they come, so that a scan of any length needs little memory. */
interface PairPrinter {
    void row(KeyValue row);

    /** Prints what is still held back and the end. */
    void end();

    static PairPrinter of(AdminCommand command, boolean isKeysOnly) {
        return command.isJson() ? new AsJson(command, isKeysOnly) : new AsTable(command, isKeysOnly);
    }

    /** One JSON list, written item by item. */
    final class AsJson implements PairPrinter {
        private final JsonItems items;
        private final boolean isKeysOnly;

        AsJson(AdminCommand command, boolean isKeysOnly) {
            this.items = new JsonItems(command.out(), "PairList");
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

    /** Two columns; the first rows tell how wide the first one is. */
    final class AsTable implements PairPrinter {
        private static final int MEASURED_ROWS = 1_000;

        private final AdminCommand command;
        private final boolean isKeysOnly;
        private final List<String[]> held = new ArrayList<>();
        private int width = -1;

        AsTable(AdminCommand command, boolean isKeysOnly) {
            this.command = command;
            this.isKeysOnly = isKeysOnly;
            held.add(new String[] {"KEY", "VALUE"});
        }

        @Override
        public void row(KeyValue row) {
            String value = isKeysOnly ? "" : KeyText.format(row.value().bytes());
            String[] cells = {KeyText.format(row.key().bytes()), value};
            if (width >= 0) {
                print(cells);
            } else {
                held.add(cells);
                if (held.size() > MEASURED_ROWS) {
                    release();
                }
            }
        }

        private void release() {
            width = held.stream().mapToInt(cells -> length(cells[0])).max().orElse(0);
            held.forEach(this::print);
            held.clear();
        }

        private void print(String[] cells) {
            String gap = " ".repeat(Math.max(0, width - length(cells[0])) + 2);
            command.out().println(isKeysOnly ? cells[0] : cells[0] + gap + cells[1]);
        }

        private static int length(String text) {
            return text.codePointCount(0, text.length());
        }

        @Override
        public void end() {
            if (width < 0) {
                release();
            }
            command.out().flush();
        }
    }
}
