package dev.cleave.engine.http;

/** The little JSON that this room writes itself. */
final class JsonText {
    private JsonText() {}

    static String error(String error, String hint) {
        String start = "{\"error\": " + quote(error);
        return hint.isEmpty() ? start + "}\n" : start + ", \"hint\": " + quote(hint) + "}\n";
    }

    /** Escapes beyond what JSON asks for, so that an answer shown in a page or a terminal stays text. */
    static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c < 0x20
                    || c == '<'
                    || c == '>'
                    || c == '&'
                    || (c >= 0x7F && c < 0xA0)
                    || Character.isSurrogate(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
