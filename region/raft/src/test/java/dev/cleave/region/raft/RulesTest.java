package dev.cleave.region.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each of the {@value #RULES} rules of consensus ({@code docs/raft-rules.md}) is held somewhere. A rule counts as held where a test, a check of
 * the simulator or a script names it, in whatever room, in one of two ways:
 *
 * <ul>
 *   <li>in the name of a test method: {@code void rule51_rule53_aLateMarkDoesNotCount()};
 *   <li>on a comment line of its own: {@code /** rules: 10, 102 *}{@code /} above a test or a check, {@code # rules: 51} in a
 *       script.
 * </ul>
 *
 * Name a rule only where something fails without it. The few that cannot be broken here stand in a table of
 * {@code docs/testing.md}, each with the type that makes it impossible.
 */
class RulesTest {
    private static final int RULES = 118;
    private static final int BY_DOCS_MAX = 15;

    /** Rules that nothing holds yet. Whoever holds one takes it out; in the end this is empty. */
    private static final List<Integer> OPEN = List.of();

    private static final Pattern IN_NAME = Pattern.compile("\\bvoid\\s+((?:rule\\d+_)+)");
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Pattern IN_COMMENT =
            Pattern.compile("^\\s*(?:/\\*\\*|\\*|//|#)\\s*rules?:\\s*(\\d+(?:\\s*,\\s*\\d+)*)\\s*(?:\\.|\\*/)?\\s*$");
    private static final Pattern DOCS_ROW = Pattern.compile("^\\|\\s*(\\d+(?:\\s*,\\s*\\d+)*)\\s*\\|(.*)\\|\\s*$");
    private static final Pattern TYPE = Pattern.compile("`([A-Z]\\w+)");

    private static final Path ROOT = root();

    @Test
    void everyRuleIsHeldByATestOrByATypeThatMakesBreakingItImpossible() {
        Map<Integer, TreeSet<String>> held = new TreeMap<>();
        sources().forEach(source -> gather(source, held));
        Map<Integer, String> byDocs = byDocs();

        for (int rule = 1; rule <= RULES; rule++) {
            boolean isOpen = OPEN.contains(rule);
            boolean isHeld = held.containsKey(rule) || byDocs.containsKey(rule);
            assertThat(isHeld)
                    .as(
                            isOpen
                                    ? "rule %d is held by %s: take it out of OPEN"
                                    : "rule %d is held nowhere, found %s: name it in the test that fails without it",
                            rule,
                            held.get(rule))
                    .isEqualTo(!isOpen);
        }
        assertThat(held.keySet()).as("rules have numbers 1 to %d", RULES).allMatch(r -> r >= 1 && r <= RULES);
        assertThat(byDocs.size()).as("rules held by docs alone").isLessThanOrEqualTo(BY_DOCS_MAX);
        assertThat(byDocs.keySet()).as("no row for what a test holds").doesNotContainAnyElementsOf(held.keySet());
    }

    @Test
    void aRowOfTheDocsNamesATypeThatExists() {
        TreeSet<String> types = new TreeSet<>();
        javaFiles().forEach(file -> types.add(file.getFileName().toString().replace(".java", "")));
        byDocs().forEach((rule, row) -> {
            Matcher type = TYPE.matcher(row);
            assertThat(type.find()).as("rule %d: a row names a type", rule).isTrue();
            assertThat(types).as("rule %d: %s", rule, row).contains(type.group(1));
        });
    }

    @Test
    void theDocsTellEachRuleOnce() {
        List<Integer> told = lines(ROOT.resolve("docs/raft-rules.md")).stream()
                .map(DOCS_ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> Integer.valueOf(row.group(1)))
                .toList();
        assertThat(told)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, RULES).boxed().toList());
    }

    @Test
    void bothWaysOfNamingARuleAreUnderstood() {
        assertThat(named("    void rule5_rule17_aStory() {")).containsExactly(5, 17);
        assertThat(named("    /** rules: 10, 102 */")).containsExactly(10, 102);
        assertThat(named("     * rule: 7.")).containsExactly(7);
        assertThat(named("# rules: 51")).containsExactly(51);
        assertThat(named("// rules: 3,4")).containsExactly(3, 4);
        assertThat(named("    int rule5_x; // see rules: 4")).isEmpty();
        assertThat(named("    private void follow() { // rule 9")).isEmpty();
    }

    private static void gather(Path source, Map<Integer, TreeSet<String>> held) {
        for (String line : lines(source)) {
            for (int rule : named(line)) {
                held.computeIfAbsent(rule, r -> new TreeSet<>())
                        .add(source.getFileName().toString());
            }
        }
    }

    private static Collection<Integer> named(String line) {
        TreeSet<Integer> rules = new TreeSet<>();
        for (Pattern pattern : List.of(IN_NAME, IN_COMMENT)) {
            Matcher naming = pattern.matcher(line);
            if (naming.find()) {
                NUMBER.matcher(naming.group(1)).results().forEach(n -> rules.add(Integer.valueOf(n.group())));
            }
        }
        return rules;
    }

    /** Rule to row, of the one table of the docs whose first column holds numbers of rules. */
    private static Map<Integer, String> byDocs() {
        Map<Integer, String> rows = new TreeMap<>();
        boolean isInside = false;
        for (String line : lines(ROOT.resolve("docs/testing.md"))) {
            if (line.startsWith("#")) {
                isInside = line.contains("Rules that need no test");
            }
            Matcher row = DOCS_ROW.matcher(line);
            if (isInside && row.matches()) {
                NUMBER.matcher(row.group(1))
                        .results()
                        .forEach(n -> rows.put(
                                Integer.valueOf(n.group()), row.group(2).strip()));
            }
        }
        return rows;
    }

    /** Sources of tests, scripts, and the simulator, which is a library. */
    private static Stream<Path> sources() {
        return files().filter(file -> {
            String path = ROOT.relativize(file).toString().replace('\\', '/');
            boolean isTest = path.contains("/src/test/") || path.startsWith("tests/src/main/java/");
            return isTest
                    && !path.endsWith("/RulesTest.java")
                    && (path.endsWith(".java") || (path.contains("/scripts/") && path.endsWith(".txt")));
        });
    }

    private static Stream<Path> javaFiles() {
        return files().filter(file -> file.toString().endsWith(".java"));
    }

    private static Stream<Path> files() {
        return Stream.of("engine", "region", "placement-driver", "tests").flatMap(room -> {
            try (Stream<Path> all = Files.walk(ROOT.resolve(room))) {
                return all
                        .filter(file -> file.toString().contains("src"))
                        .filter(Files::isRegularFile)
                        .toList()
                        .stream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("docs/testing.md"))) {
            at = at.getParent();
        }
        return at;
    }
}
