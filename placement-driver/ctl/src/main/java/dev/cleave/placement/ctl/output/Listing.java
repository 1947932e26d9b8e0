package dev.cleave.placement.ctl.output;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An answer that can be printed in every {@link Form}: items with columns, and words of its own.
 *
 * @param kind what its JSON document is called
 * @param columns the first one names an item
 * @param json an item as JSON
 * @param whole the document, where it is more than a list of the items; else null
 * @param hasTable whether people see the items as a table
 * @param words what people see (behind the table)
 */
public record Listing<T>(
        String kind,
        List<Column<T>> columns,
        List<T> items,
        Function<T, Map<String, ?>> json,
        @Nullable Map<String, ?> whole,
        boolean hasTable,
        String words) {

    /** Many items. */
    public static <T> Listing<T> of(
            String kind, List<Column<T>> columns, List<T> items, Function<T, Map<String, ?>> json) {
        return new Listing<>(kind, columns, items, json, null, true, "");
    }

    /** A single item with columns, and what else there is to say of it. */
    public static <T> Listing<T> single(
            String kind, List<Column<T>> columns, T item, Function<T, Map<String, ?>> json, String details) {
        return new Listing<>(kind, columns, List.of(item), json, json.apply(item), true, details);
    }

    /** One document over many items. */
    public static <T> Listing<T> document(
            String kind, List<Column<T>> columns, List<T> items, Map<String, ?> whole, String details) {
        return new Listing<>(kind, columns, items, item -> whole, whole, !items.isEmpty(), details);
    }

    /** A single item, told in words; what is neither list nor map of its JSON are its columns. */
    public static Listing<Map<String, ?>> single(String kind, Map<String, ?> json, String words) {
        List<Column<Map<String, ?>>> columns = new ArrayList<>();
        json.forEach((name, value) -> {
            if (!(value instanceof List) && !(value instanceof Map)) {
                columns.add(Column.of(name, item -> item.get(name) == null ? "–" : item.get(name)));
            }
        });
        return new Listing<>(kind, columns, List.of(json), Function.identity(), json, false, words);
    }

    /**
     * The text of it, ended by a line feed.
     *
     * @throws IllegalArgumentException if it has no such column
     */
    public String text(Form form, Selection selection) {
        Listing<T> chosen = selection.of(this);
        return switch (form) {
            case json -> chosen.document() + "\n";
            case csv -> chosen.csv();
            case keys -> chosen.keys();
            case wide -> chosen.table(true) + (hasTable ? words : "");
            case table -> (hasTable || selection.hasColumns() ? chosen.table(selection.hasColumns()) : "") + words;
        };
    }

    private String document() {
        return whole == null ? Json.list(kind, items.stream().map(json).toList()) : Json.document(kind, whole);
    }

    private String csv() {
        StringBuilder text =
                new StringBuilder(Csv.line(columns.stream().map(Column::key).toList()));
        for (T item : items) {
            text.append(Csv.line(columns.stream()
                    .map(column -> column.cell().apply(item).text())
                    .toList()));
        }
        return text.toString();
    }

    private String keys() {
        StringBuilder text = new StringBuilder();
        items.forEach(
                item -> text.append(columns.get(0).cell().apply(item).text()).append('\n'));
        return text.toString();
    }

    private String table(boolean isWide) {
        List<Column<T>> shown =
                columns.stream().filter(column -> isWide || !column.isWide()).toList();
        Table table = new Table(shown.stream()
                .map(column -> column.name().toUpperCase(Locale.ROOT))
                .toArray(String[]::new));
        items.forEach(item -> table.row(
                shown.stream().map(column -> column.cell().apply(item).shown()).toArray()));
        return table.toString();
    }

    /** With other columns and items. */
    Listing<T> with(List<Column<T>> otherColumns, List<T> otherItems) {
        return new Listing<>(kind, otherColumns, otherItems, json, whole, hasTable, words);
    }

    /** Columns by the names that people give. */
    Map<String, Column<T>> byName() {
        Map<String, Column<T>> names = new LinkedHashMap<>();
        columns.forEach(column -> names.put(column.key(), column));
        return names;
    }
}
