package dev.cleave.engine.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the part of a request's target after the '?'. */
final class QueryText {
    private QueryText() {}

    /**
     * Parameters by name, in the order of the request.
     *
     * @throws HttpProblem 400 if the encoding is wrong or a name comes twice
     */
    static Map<String, byte[]> parse(String target, int start) {
        Map<String, byte[]> parameters = new LinkedHashMap<>();
        int from = start;
        while (from < target.length()) {
            int end = target.indexOf('&', from);
            end = end < 0 ? target.length() : end;
            if (end > from) {
                add(parameters, target, from, end);
            }
            from = end + 1;
        }
        return parameters;
    }

    private static void add(Map<String, byte[]> parameters, String target, int from, int end) {
        int equals = target.indexOf('=', from);
        int nameEnd = equals < 0 || equals > end ? end : equals;
        String name = new String(PercentCoding.decode(target, from, nameEnd, true), StandardCharsets.UTF_8);
        byte[] value = PercentCoding.decode(target, Math.min(nameEnd + 1, end), end, true);
        if (parameters.put(name, value) != null) {
            throw new HttpProblem(400, "the query parameter '" + name + "' is given twice", "give it once");
        }
    }
}
