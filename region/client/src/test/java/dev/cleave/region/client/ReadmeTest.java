package dev.cleave.region.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the README says about Java compiles, because it is what {@link ReadmeExample} says. */
class ReadmeTest {
    private static final Path EXAMPLE = Path.of("src/test/java/dev/cleave/region/client/ReadmeExample.java");
    private static final Path README = Path.of("../../README.md");

    @Test
    void theReadmeShowsTheCompiledExampleWordForWord() throws IOException {
        String source = Files.readString(EXAMPLE);
        String body = source.substring(source.indexOf("// readme\n") + 10, source.indexOf("\n        // end\n"));
        String shown = "```java\n" + body.stripIndent() + "\n```\n";

        assertThat(Files.readString(README)).contains(shown);
    }
}
