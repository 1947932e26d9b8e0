package dev.cleave.region.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever uses the client finds at each public type and method what it is, who may call it and how it fails. */
class JavadocTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/cleave/region/client");

    /** Of the blocking face: what asks nobody, and so cannot fail for want of an answer. */
    private static final Set<String> ASKING_NOBODY =
            Set.of("builder", "assemble", "async", "stats", "placement", "close");

    private static DocTrees docs;
    private static List<TypeElement> types;

    @BeforeAll
    static void read() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        List<Path> sources;
        try (Stream<Path> all = Files.list(SOURCES)) {
            sources = all.filter(file -> file.toString().endsWith(".java")).toList();
        }
        JavacTask task = (JavacTask) compiler.getTask(
                null,
                files,
                null,
                List.of("-proc:none", "-classpath", System.getProperty("java.class.path")),
                null,
                files.getJavaFileObjectsFromPaths(sources));
        docs = DocTrees.instance(task);
        List<TypeElement> found = new ArrayList<>();
        task.parse();
        for (Element element : task.analyze()) {
            if (element instanceof TypeElement type && type.getModifiers().contains(Modifier.PUBLIC)) {
                found.add(type);
            }
        }
        types = found;
    }

    private static String text(Element element) {
        DocCommentTree comment = docs.getDocCommentTree(element);
        return comment == null ? "" : comment.toString();
    }

    private static boolean hasFirstSentence(Element element) {
        DocCommentTree comment = docs.getDocCommentTree(element);
        return comment != null && !comment.getFirstSentence().isEmpty();
    }

    private static List<ExecutableElement> methods(TypeElement type) {
        return ElementFilter.methodsIn(type.getEnclosedElements()).stream()
                .filter(method -> method.getModifiers().contains(Modifier.PUBLIC))
                .filter(method -> method.getAnnotation(Override.class) == null)
                .filter(method ->
                        docs.getTree(method) != null) // not those that the compiler makes for records and enums
                .toList();
    }

    @Test
    void everyPublicTypeAndMethodSaysWhatItIs() {
        Set<String> silent = new TreeSet<>();
        int seen = 0;
        for (TypeElement type : types) {
            seen++;
            if (!hasFirstSentence(type)) {
                silent.add(type.toString());
            }
            for (ExecutableElement method : methods(type)) {
                seen++;
                if (!hasFirstSentence(method)) {
                    silent.add(type.getSimpleName() + "." + method);
                }
            }
        }
        assertThat(silent).isEmpty();
        assertThat(seen).as("types and methods looked at").isGreaterThan(90);
    }

    @Test
    void everyClassSaysWhichThreadsMayUseIt() {
        Set<String> silent = new TreeSet<>();
        for (TypeElement type : types) {
            boolean isValue = type.getKind() == ElementKind.RECORD
                    || type.getKind() == ElementKind.ENUM
                    || type.toString().endsWith("Exception");
            if (!isValue && !text(type).matches("(?s).*([Tt]hread-safe|[Ff]or one thread).*")) {
                silent.add(type.toString());
            }
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void everyCallThatWaitsSaysHowItFails() {
        Set<String> silent = new TreeSet<>();
        int seen = 0;
        for (TypeElement type : types) {
            for (ExecutableElement method : methods(type)) {
                boolean waits = type.getSimpleName().contentEquals("CleaveClient")
                        && !ASKING_NOBODY.contains(method.getSimpleName().toString());
                if (waits) {
                    seen++;
                    DocCommentTree comment = docs.getDocCommentTree(method);
                    boolean says = comment != null
                            && comment.getBlockTags().stream().anyMatch(tag -> tag.getKind() == DocTree.Kind.THROWS);
                    if (!says) {
                        silent.add(method.toString());
                    }
                }
            }
        }
        assertThat(silent).isEmpty();
        assertThat(seen).isGreaterThan(20);
    }

    @Test
    void everyTimeToLiveHasItsBounds() {
        for (TypeElement type : types) {
            for (ExecutableElement method : methods(type)) {
                boolean hasTtl = method.getParameters().stream()
                        .anyMatch(parameter -> parameter.getSimpleName().contentEquals("ttl"));
                if (hasTtl) {
                    assertThat(text(method)).as(type + "." + method).containsAnyOf("100 years", "As ", "as ");
                }
            }
        }
    }
}
