package dev.cleave.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The picture of the house in docs/ARCHITECTURE.md, as rules over the compiled classes. */
class ArchitectureTest {
    private static final String ROOT = "dev.cleave.";
    private static JavaClasses all;

    /** Room → rooms that it may see. Whoever adds an arrow here draws it in docs/ARCHITECTURE.md too. */
    private static final Map<String, List<String>> MAY_IMPORT = new LinkedHashMap<>();

    static {
        MAY_IMPORT.put("engine.base", List.of());
        MAY_IMPORT.put("engine.agents", List.of("engine.base"));
        MAY_IMPORT.put("engine.codec", List.of("engine.base"));
        MAY_IMPORT.put("engine.wire", List.of("engine.base"));
        MAY_IMPORT.put("engine.http", List.of("engine.base"));
        MAY_IMPORT.put("engine.log", List.of("engine.base", "engine.agents"));
        MAY_IMPORT.put("engine.kv", List.of("engine.base"));
        MAY_IMPORT.put("region.raft", List.of("engine.base"));
        MAY_IMPORT.put("region.protocol", List.of("engine.base", "engine.wire"));
        MAY_IMPORT.put(
                "region.replica",
                List.of("engine.base", "engine.agents", "engine.wire", "engine.log", "region.raft", "region.protocol"));
        MAY_IMPORT.put("region.control", List.of("engine.base", "engine.codec", "engine.wire", "region.protocol"));
        MAY_IMPORT.put("region.client", List.of("engine.base", "engine.wire", "region.protocol"));
        MAY_IMPORT.put(
                "region.store",
                List.of(
                        "engine.base",
                        "engine.agents",
                        "engine.wire",
                        "engine.log",
                        "engine.kv",
                        "engine.codec",
                        "region.raft",
                        "region.protocol",
                        "region.replica",
                        "region.control"));
        MAY_IMPORT.put(
                "region.gateway",
                List.of("engine.base", "engine.wire", "engine.http", "region.protocol", "region.client"));
        MAY_IMPORT.put("region.micrometer", List.of("engine.base", "engine.wire", "region.protocol", "region.client"));
        MAY_IMPORT.put("region.workload", List.of("engine.base", "engine.wire", "region.protocol", "region.client"));
        MAY_IMPORT.put(
                "placement.server",
                List.of(
                        "engine.base",
                        "engine.agents",
                        "engine.codec",
                        "engine.wire",
                        "engine.http",
                        "engine.log",
                        "engine.kv",
                        "region.raft",
                        "region.protocol",
                        "region.replica",
                        "region.control"));
    }

    @BeforeAll
    static void importClasses() {
        all = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.cleave");
    }

    @Test
    void eachRoomSeesOnlyWhatThePictureAllows() {
        MAY_IMPORT.forEach((room, allowed) -> {
            Set<String> seen = new TreeSet<>(allowed);
            seen.add(room);
            String[] foreign = MAY_IMPORT.keySet().stream()
                    .filter(other -> !seen.contains(other))
                    .map(other -> ROOT + other + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + room + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(foreign)
                    .because(room + " may see " + allowed)
                    .check(all);
        });
    }

    @Test
    void nothingBelowSeesCommandLineTestsOrBench() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.cleave.engine..", "dev.cleave.region..", "dev.cleave.placement.server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.cleave.placement.ctl..", "dev.cleave.tests..", "dev.cleave.bench..")
                .check(all);
    }

    @Test
    void onlyTheLaunchPackageJoinsTheServers() {
        noClasses()
                .that()
                .resideInAPackage("dev.cleave.placement.ctl..")
                .and()
                .resideOutsideOfPackage("dev.cleave.placement.ctl.launch..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.cleave.region.store..", "dev.cleave.placement.server..", "dev.cleave.engine.kv..")
                .check(all);
    }

    @Test
    void roomsHaveNoCycles() {
        slices().matching("dev.cleave.(*).(*)..").should().beFreeOfCycles().check(all);
    }

    /** Inside the room that joins everything, too: what a server is made of knows nothing of the ways in which people describe it. */
    @Test
    void thePartsOfTheCommandHaveNoCycles() {
        slices().matching("dev.cleave.placement.ctl.launch.(*)..")
                .should()
                .beFreeOfCycles()
                .check(all);
        slices().matching("dev.cleave.placement.ctl.(*)..")
                .should()
                .beFreeOfCycles()
                .check(all);
    }

    @Test
    void theClientIsLight() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.cleave.region.client..",
                        "dev.cleave.region.protocol..",
                        "dev.cleave.engine.wire..",
                        "dev.cleave.engine.base..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.agrona..", "com.esotericsoftware..", "net.openhft..", "org.rocksdb..")
                .check(all);
    }

    @Test
    void eachOutsideLibraryHasItsRoom() {
        owns("org.rocksdb..", "dev.cleave.engine.kv..");
        owns("net.openhft..", "dev.cleave.engine.log..");
        owns("com.esotericsoftware..", "dev.cleave.engine.codec..");
        owns("io.netty..", "dev.cleave.engine.wire..", "dev.cleave.engine.http..");
        owns(
                "io.micrometer..",
                "dev.cleave.engine.http..",
                "dev.cleave.placement..",
                "dev.cleave.region.gateway..",
                "dev.cleave.region.micrometer..");
    }

    private static void owns(String library, String... rooms) {
        noClasses()
                .that()
                .resideOutsideOfPackages(rooms)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(all);
    }

    @Test
    void theRaftRoomKnowsNoThreadClockOrLogger() {
        noClasses()
                .that()
                .resideInAPackage("dev.cleave.region.raft..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.util.concurrent..", "org.slf4j..", "java.time..", "java.nio.file..", "java.net..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .check(all);
    }

    @Test
    void timeAndChanceComeFromTheirOwners() {
        DescribedPredicate<JavaClass> owner = DescribedPredicate.describe(
                "owners of time and chance",
                type -> type.getName().startsWith("dev.cleave.engine.agents.SystemClock")
                        || type.getPackageName().startsWith("dev.cleave.placement.ctl")
                        || type.getPackageName().startsWith("dev.cleave.bench")
                        || type.getName().equals("dev.cleave.region.store.StoreServer")
                        || type.getName().equals("dev.cleave.placement.server.PlacementServer")
                        || type.getName().startsWith("dev.cleave.region.client.Rim")
                        || type.getName().startsWith("dev.cleave.engine.wire.Netty"));
        ArchRule rule = noClasses()
                .that(DescribedPredicate.not(owner))
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.util.Random.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.util.concurrent.ThreadLocalRandom.class);
        rule.check(all);
    }

    @Test
    void threadsAreStartedByTheirOwners() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.cleave.engine.agents..", "dev.cleave.placement.ctl..", "dev.cleave.bench..")
                .and()
                .doNotHaveSimpleName("Rim")
                .should()
                .callConstructor(Thread.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class, String.class)
                .check(all);
    }

    @Test
    void nobodySleeps() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.cleave.placement.ctl..")
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .check(all);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass type : all) {
            boolean isMarked = type.getPackage().isAnnotatedWith(NullMarked.class)
                    || type.getPackage()
                            .tryGetPackageInfo()
                            .map(info -> info.isAnnotatedWith(NullMarked.class))
                            .orElse(false);
            if (!isMarked && !type.getPackageName().contains("jmh_generated")) {
                unmarked.add(type.getPackageName());
            }
        }
        assertThat(unmarked).as("packages without @NullMarked").isEmpty();
    }

    @Test
    void noStaticStateChanges() {
        DescribedPredicate<JavaClass> everybody = DescribedPredicate.alwaysTrue();
        classes()
                .that(everybody)
                .should(new com.tngtech.archunit.lang.ArchCondition<>("have no static field that is not final") {
                    @Override
                    public void check(JavaClass type, com.tngtech.archunit.lang.ConditionEvents events) {
                        type.getFields().stream()
                                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                                .filter(field -> !field.getModifiers().contains(JavaModifier.FINAL))
                                .filter(field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC))
                                .filter(field -> !type.getPackageName().contains("jmh_generated"))
                                .forEach(field -> events.add(com.tngtech.archunit.lang.SimpleConditionEvent.violated(
                                        field, field.getFullName() + " is static and not final")));
                    }
                })
                .check(all);
    }

    /** `raft` decides, `replica` carries out, `store` serves: no class may grow into the place where all three meet. */
    @Test
    void noSourceFileIsLongerThanOneSitting() throws java.io.IOException {
        Set<String> tooLong = new TreeSet<>();
        java.nio.file.Path root = java.nio.file.Path.of("..").toAbsolutePath().normalize();
        try (var files = java.nio.file.Files.walk(root)) {
            for (java.nio.file.Path file : (Iterable<java.nio.file.Path>) files::iterator) {
                String path = root.relativize(file).toString();
                if (path.endsWith(".java") && path.contains("src/main")) {
                    long lines;
                    try (var text = java.nio.file.Files.lines(file)) {
                        lines = text.count();
                    }
                    if (lines > 500) {
                        tooLong.add(path + " has " + lines + " lines");
                    }
                }
            }
        }
        assertThat(tooLong).as("look for the second idea inside").isEmpty();
    }
}
