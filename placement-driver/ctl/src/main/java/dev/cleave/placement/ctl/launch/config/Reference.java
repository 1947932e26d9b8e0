package dev.cleave.placement.ctl.launch.config;

/** All settings written down: as an example file, and as the tables of {@code docs/configuration.md}. */
public final class Reference {
    private static final int COMMENT_WIDTH = 110;

    private Reference() {}

    /** A file that runs as it is: what must be given has an example, everything else stands there at its default, commented out. */
    public static String example(Server server) {
        StringBuilder text = new StringBuilder("# Settings of " + server.title()
                + ". What is commented out stands at its default.\n"
                + "# The environment wins over this file (" + server.prefix()
                + "NAME), a flag over the environment.\n");
        for (Setting<?> setting : server.settings()) {
            text.append('\n');
            comment(text, setting.meaning());
            comment(text, kind(setting) + (setting.isRequired() ? "; must be given" : ""));
            String example = setting.example() == null ? String.valueOf(setting.byDefault()) : setting.example();
            text.append(setting.isRequired() ? "" : "# ")
                    .append(setting.line(example))
                    .append('\n');
        }
        return text.toString();
    }

    private static void comment(StringBuilder text, String words) {
        int column = 1;
        text.append('#');
        for (String word : words.split(" ")) {
            if (column + 1 + word.length() > COMMENT_WIDTH) {
                text.append("\n#");
                column = 1;
            }
            text.append(' ').append(word);
            column += 1 + word.length();
        }
        text.append('\n');
    }

    /** A table of Markdown, one row per setting. */
    public static String table(Server server) {
        StringBuilder text = new StringBuilder(
                "| setting | type, range | default | environment | online | meaning |\n|---|---|---|---|---|---|\n");
        for (Setting<?> setting : server.settings()) {
            String byDefault =
                    setting.byDefault() == null || setting.byDefault().isEmpty()
                            ? setting.isRequired() ? "must be given" : "–"
                            : "`" + setting.byDefault() + "`";
            text.append("| `")
                    .append(setting.name())
                    .append("` | ")
                    .append(kind(setting))
                    .append(" | ")
                    .append(byDefault)
                    .append(" | `")
                    .append(server.variable(setting))
                    .append("` | ")
                    .append(setting.isOnline() ? "yes" : "no")
                    .append(" | ")
                    .append(setting.meaning())
                    .append(" |\n");
        }
        return text.toString();
    }

    private static String kind(Setting<?> setting) {
        Form<?> form = setting.form();
        return form.range().isEmpty() ? form.type() : form.type() + ", " + form.range();
    }
}
