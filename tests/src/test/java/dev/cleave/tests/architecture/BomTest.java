package dev.cleave.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The bill of versions names every jar that we make for others, at the version of the build. */
class BomTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Set<String> NOT_FOR_OTHERS = Set.of("cleave-tests", "cleave-bench");

    @Test
    void itNamesEveryRoomAndTheVersionOfTheBuild() throws IOException {
        String root = Files.readString(ROOT.resolve("pom.xml"));
        String bom = Files.readString(ROOT.resolve("bom/pom.xml"));
        Set<String> rooms = new TreeSet<>(all(root, "<artifactId>(cleave-[a-z-]+)</artifactId>"));
        rooms.removeAll(NOT_FOR_OTHERS);
        Set<String> named = new TreeSet<>(all(bom, "<artifactId>(cleave-[a-z-]+)</artifactId>"));
        named.remove("cleave-bom");

        assertThat(named).isEqualTo(rooms);
        assertThat(all(bom, "<version>(.*?)</version>"))
                .contains(all(root, "<version>(.*?)</version>").iterator().next());
    }

    @Test
    void everyJarHasAModuleNameOfItsPackages() throws IOException {
        String root = Files.readString(ROOT.resolve("pom.xml"));
        for (String module : all(root, "<module>((?:engine|region|placement-driver)/[a-z]+)</module>")) {
            String name = "dev.cleave."
                    + module.replace("placement-driver", "placement").replace('/', '.');
            assertThat(Files.readString(ROOT.resolve(module).resolve("pom.xml")))
                    .contains("<cleave.module>" + name + "</cleave.module>");
        }
    }

    private static Set<String> all(String text, String pattern) {
        Set<String> found = new java.util.LinkedHashSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
