package dev.cleave.placement.ctl.launch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Ids as they are printed: 7, or with the word in front that the playground and its map show, r7, store7, op-7. */
final class Ids implements ITypeConverter<Long> {
    private static final Pattern ID = Pattern.compile("(?:r|store|op-)?([0-9]{1,18})");

    @Override
    public Long convert(String text) {
        Matcher id = ID.matcher(text);
        if (!id.matches()) {
            throw new TypeConversionException("'" + text + "' is not a number");
        }
        return Long.valueOf(id.group(1));
    }
}
