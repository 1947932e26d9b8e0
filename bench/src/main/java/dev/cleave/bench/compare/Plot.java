package dev.cleave.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Two panels as SVG, operations per second and p99, over one thing that was varied; both axes are logarithmic. */
final class Plot {
    /** What was measured at one place. */
    record Point(double x, double perSecond, double p99Micros) {}

    /** What belongs together, under one name. */
    record Line(String name, List<Point> points) {}

    private static final List<String> COLOURS = List.of(
            "#0b6e4f", "#c1292e", "#1f5fa8", "#d98e04", "#6f4a8e", "#4d4d4d", "#00a6a6", "#a23e72", "#8a6d3b",
            "#76b041", "#2e2e8a");
    private static final int PANEL_WIDTH = 420;
    private static final int PANEL_HEIGHT = 300;
    private static final int LEFT = 64;
    private static final int TOP = 44;
    private static final int ROW = 18;

    private final StringBuilder svg = new StringBuilder();
    private final List<Line> lines;
    private final String xName;

    private Plot(String xName, List<Line> lines) {
        this.xName = xName;
        this.lines = lines;
    }

    static String svg(String title, String xName, List<Line> lines) {
        return new Plot(
                        xName,
                        lines.stream().filter(line -> !line.points().isEmpty()).toList())
                .draw(title);
    }

    private String draw(String title) {
        int panel = LEFT + PANEL_WIDTH + 30;
        int legendRows = (lines.size() + 3) / 4;
        int height = TOP + PANEL_HEIGHT + 56 + legendRows * ROW;
        line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">",
                2 * panel, height);
        line("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", 2 * panel, height);
        line("<text x=\"%d\" y=\"18\" font-size=\"14\" font-weight=\"bold\">%s</text>", LEFT, escaped(title));
        panel(0, "operations per second", Point::perSecond);
        panel(panel, "p99, ms", point -> point.p99Micros() / 1e3);
        for (int i = 0; i < lines.size(); i++) {
            int x = LEFT + i % 4 * (2 * panel - LEFT) / 4;
            int y = TOP + PANEL_HEIGHT + 56 + i / 4 * ROW;
            line(
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"4\"%s/>",
                    x, y - 4, x + 14, y - 4, colour(i), dashes(i));
            line(
                    "<text x=\"%d\" y=\"%d\">%s</text>",
                    x + 18, y, escaped(lines.get(i).name()));
        }
        line("</svg>");
        return svg.toString();
    }

    private void panel(int offset, String name, ToDoubleFunction<Point> value) {
        Axis x = Axis.of(lines, Point::x);
        Axis y = Axis.of(lines, value);
        int left = offset + LEFT;
        line("<text x=\"%d\" y=\"%d\" fill=\"#555\">%s</text>", left, TOP - 8, name);
        for (double tick : y.ticks()) {
            double at = TOP + PANEL_HEIGHT * (1 - y.share(tick));
            line(
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>",
                    left, at, left + PANEL_WIDTH, at);
            line(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#555\">%s</text>",
                    left - 6, at + 4, Axis.words(tick));
        }
        for (double tick : x.ticks()) {
            double at = left + PANEL_WIDTH * x.share(tick);
            line(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#eee\"/>",
                    at, TOP, at, TOP + PANEL_HEIGHT);
            line(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#555\">%s</text>",
                    at, TOP + PANEL_HEIGHT + 16, Axis.words(tick));
        }
        line(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#555\">%s</text>",
                left + PANEL_WIDTH / 2, TOP + PANEL_HEIGHT + 34, escaped(xName));
        for (int i = 0; i < lines.size(); i++) {
            StringBuilder path = new StringBuilder();
            for (Point point : lines.get(i).points()) {
                double atX = left + PANEL_WIDTH * x.share(point.x());
                double atY = TOP + PANEL_HEIGHT * (1 - y.share(value.applyAsDouble(point)));
                path.append(String.format(Locale.ROOT, "%.1f,%.1f ", atX, atY));
                line("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", atX, atY, colour(i));
            }
            line(
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>",
                    path.toString().strip(), colour(i), dashes(i));
        }
    }

    /** Where the colours begin again. */
    private static String dashes(int number) {
        return number < COLOURS.size() ? "" : " stroke-dasharray=\"5 3\"";
    }

    private static String colour(int number) {
        return COLOURS.get(number % COLOURS.size());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void line(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    /** A logarithmic axis that begins and ends at 1, 2 or 5 times a power of ten. */
    record Axis(double low, double high) {
        static Axis of(List<Line> lines, ToDoubleFunction<Point> value) {
            double[] all = lines.stream()
                    .flatMap(line -> line.points().stream())
                    .mapToDouble(value)
                    .filter(each -> each > 0)
                    .sorted()
                    .toArray();
            if (all.length == 0) {
                return new Axis(1, 10);
            }
            double low = step(all[0], false);
            double high = step(all[all.length - 1], true);
            return new Axis(low, high > low ? high : low * 10);
        }

        /** The next round number: above, or at most. */
        private static double step(double number, boolean isAbove) {
            double power = Math.pow(10, Math.floor(Math.log10(number)));
            double[] round = {1, 2, 5, 10};
            for (int i = 0; i < round.length - 1; i++) {
                if (number < round[i + 1] * power * (1 - 1e-9)) {
                    return (isAbove && number > round[i] * power * (1 + 1e-9) ? round[i + 1] : round[i]) * power;
                }
            }
            return 10 * power;
        }

        double share(double number) {
            return number <= 0 ? 0 : Math.log(number / low) / Math.log(high / low);
        }

        /** Round numbers from end to end: few enough to be read. */
        List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            boolean isWide = high / low > 300;
            double first = Math.pow(10, Math.floor(Math.log10(low)));
            for (double power = first; power <= high * (1 + 1e-9); power *= 10) {
                for (double round : isWide ? new double[] {1} : new double[] {1, 2, 5}) {
                    double tick = round * power;
                    if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) {
                        ticks.add(tick);
                    }
                }
            }
            return ticks;
        }

        static String words(double number) {
            if (number >= 1e6) {
                return String.format(Locale.ROOT, "%.0f M", number / 1e6);
            }
            if (number >= 1e3) {
                return String.format(Locale.ROOT, "%.0f k", number / 1e3);
            }
            return number >= 1
                    ? String.format(Locale.ROOT, "%.0f", number)
                    : String.format(Locale.ROOT, "%.2f", number);
        }
    }
}
