package dev.cleave.bench.compare;

/** A stretch of a page that a tool writes, between {@code <!-- NAME: begin -->} and {@code <!-- NAME: end -->}; the rest is people's. */
final class DocsBlock {
    private DocsBlock() {}

    static String replaced(String page, String name, String content) {
        String begin = "<!-- " + name + ": begin -->\n";
        String end = "<!-- " + name + ": end -->";
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("the page has no block named " + name);
        }
        return page.substring(0, from + begin.length()) + content + page.substring(to);
    }
}
