package dev.cleave.placement.ctl.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands in the blocks of a page of the documentation. */
final class DocsPage {
    static final Path ROOT = Path.of("../..");

    private static final Pattern BLOCK = Pattern.compile("(?m)^```([a-z]*)\n(.*?)^```$", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    private final List<Block> blocks = new ArrayList<>();

    /** @param language behind the fence, often empty */
    record Block(String language, String text) {
        List<String> lines() {
            return text.lines().toList();
        }
    }

    DocsPage(Path page) throws IOException {
        Matcher matcher = BLOCK.matcher(Files.readString(page));
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
    }

    List<Block> blocks() {
        return blocks;
    }

    /** What a line says behind {@code bin/cleave}, without prompt, comment, redirection and what comes after; empty if it is no command. */
    static Optional<String> command(String line) {
        int at = line.indexOf("bin/cleave ");
        boolean isCommand = at == 0 || line.startsWith("$ bin/cleave ");
        if (!isCommand || line.contains("[") || line.contains("...")) {
            return Optional.empty();
        }
        return Optional.of(line.substring(at + "bin/cleave ".length()).split(" {2,}| #| > | \\|\\| | \\|")[0]);
    }

    /** The words of a command as a shell would see them. */
    static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(command);
        while (matcher.find()) {
            words.add(
                    matcher.group(1) != null
                            ? matcher.group(1)
                            : matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
        }
        return words;
    }
}
