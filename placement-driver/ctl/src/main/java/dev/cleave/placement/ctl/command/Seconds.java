package dev.cleave.placement.ctl.command;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time in seconds: 3, 0.5, or with a unit, 3s, 500ms, 2m, 1h. */
final class Seconds implements ITypeConverter<Double> {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ms|s|m|h)?");
    private static final Map<String, Double> UNITS = Map.of("ms", 0.001, "s", 1.0, "m", 60.0, "h", 3600.0);

    @Override
    public Double convert(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            throw new TypeConversionException("'" + text + "' is no time like 3, 500ms, 3s or 2m");
        }
        String unit = time.group(2) == null ? "s" : time.group(2);
        return Double.parseDouble(time.group(1)) * UNITS.getOrDefault(unit, 1.0);
    }
}
