package dev.cleave.tests.mutants;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * Loads all of Cleave anew, with some classes replaced: the simulator inside is the same code as outside, on other production code. Everything that is not
 * Cleave's own comes from outside.
 */
final class MutantLoader extends ClassLoader {
    private static final String OWN = "dev.cleave.";

    private final Map<String, byte[]> replaced;

    MutantLoader(ClassLoader outside, Map<String, byte[]> replaced) {
        super(outside);
        this.replaced = replaced;
    }

    @Override
    protected Class<?> loadClass(String name, boolean isResolved) throws ClassNotFoundException {
        if (!name.startsWith(OWN)) {
            return super.loadClass(name, isResolved);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = replaced.get(name);
        if (bytes == null) {
            bytes = original(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private byte[] original(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException failed) {
            throw new ClassNotFoundException(name, failed);
        }
    }
}
