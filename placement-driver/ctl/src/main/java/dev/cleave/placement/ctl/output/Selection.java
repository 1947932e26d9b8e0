package dev.cleave.placement.ctl.output;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which items and columns of a listing are wanted, and in which order.
 *
 * @param sort a column, with {@code :desc} behind it for the largest first; null for the order in which they come
 * @param columns columns by name; empty for all. JSON always has everything
 * @param limit the most items; 0 for all
 */
public record Selection(@Nullable String sort, List<String> columns, int limit) {
    private static final String DESCENDING = ":desc";

    public Selection {
        columns = List.copyOf(columns);
    }

    public static Selection all() {
        return new Selection(null, List.of(), 0);
    }

    boolean hasColumns() {
        return !columns.isEmpty();
    }

    /**
     * What is wanted of {@code listing}.
     *
     * @throws IllegalArgumentException if it has no such column, in words
     */
    <T> Listing<T> of(Listing<T> listing) {
        List<T> items = new ArrayList<>(listing.items());
        if (sort != null) {
            boolean isDescending = sort.endsWith(DESCENDING);
            String name = isDescending ? sort.substring(0, sort.length() - DESCENDING.length()) : sort;
            Column<T> by = column(listing.byName(), "--sort", name);
            Comparator<T> order = Comparator.comparing(item -> by.cell().apply(item));
            items.sort(isDescending ? order.reversed() : order);
        }
        if (limit > 0 && items.size() > limit) {
            items = items.subList(0, limit);
        }
        List<Column<T>> chosen = columns.isEmpty()
                ? listing.columns()
                : columns.stream()
                        .map(name -> column(listing.byName(), "--columns", name))
                        .toList();
        return listing.with(chosen, items);
    }

    private static <T> Column<T> column(Map<String, Column<T>> names, String option, String name) {
        Column<T> found = names.get(name.trim().toLowerCase(Locale.ROOT));
        if (found == null) {
            throw new IllegalArgumentException(
                    option + ": no column '" + name + "'" + NearMatch.hint(name, new TreeSet<>(names.keySet())));
        }
        return found;
    }
}
