package dev.cleave.engine.base;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The one notation for keys and values in text: printable UTF-8 as it is, else {@code hex:...}; {@code b64:} is understood. */
public final class KeyText {
    private KeyText() {}

    public static String format(byte[] bytes) {
        String text = printable(bytes);
        boolean mistakable = text != null && (text.startsWith("hex:") || text.startsWith("b64:"));
        return text == null || mistakable ? "hex:" + hex(bytes) : text;
    }

    /** The text of {@code bytes} if they are printable UTF-8, else null. */
    public static @Nullable String printable(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            boolean isPrintable =
                    text.codePoints().noneMatch(c -> Character.isISOControl(c) || !Character.isDefined(c));
            return isPrintable ? text : null;
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Reads the notation of {@link #format}.
     *
     * @throws IllegalArgumentException if what follows {@code hex:} or {@code b64:} is malformed
     */
    public static byte[] parse(String text) {
        if (text.startsWith("hex:")) {
            return HexFormat.of().parseHex(text.substring(4));
        }
        if (text.startsWith("b64:")) {
            return Base64.getDecoder().decode(text.substring(4));
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
