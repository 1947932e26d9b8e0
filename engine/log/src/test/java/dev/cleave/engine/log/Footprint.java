package dev.cleave.engine.log;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Counts the bytes of everything reachable from an object, as a 64-bit JVM without compressed pointers would lay it out: an upper bound. Objects of the JDK count
 * for {@value #JDK_OBJECT_BYTES} bytes and are not looked into.
 */
final class Footprint {
    private static final int JDK_OBJECT_BYTES = 64;
    private static final int HEADER_BYTES = 16;
    private static final int ARRAY_HEADER_BYTES = 24;

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> waiting = new ArrayDeque<>();
    private long bytes;

    private Footprint() {}

    static long of(Object... roots) {
        Footprint footprint = new Footprint();
        for (Object root : roots) {
            footprint.see(root);
        }
        while (!footprint.waiting.isEmpty()) {
            footprint.count(footprint.waiting.pop());
        }
        return footprint.bytes;
    }

    private void see(Object object) {
        if (object != null && seen.add(object)) {
            waiting.push(object);
        }
    }

    private void count(Object object) {
        Class<?> type = object.getClass();
        if (type.isArray()) {
            int length = Array.getLength(object);
            bytes += aligned(ARRAY_HEADER_BYTES + (long) length * fieldBytes(type.getComponentType()));
            if (!type.getComponentType().isPrimitive()) {
                for (Object element : (Object[]) object) {
                    see(element);
                }
            }
        } else if (type.getName().startsWith("java.")) {
            bytes += JDK_OBJECT_BYTES;
        } else {
            countFields(object, type);
        }
    }

    private void countFields(Object object, Class<?> type) {
        long size = HEADER_BYTES;
        for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    size += fieldBytes(field.getType());
                    if (!field.getType().isPrimitive()) {
                        see(valueOf(field, object));
                    }
                }
            }
        }
        bytes += aligned(size);
    }

    private static Object valueOf(Field field, Object object) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static long aligned(long size) {
        return (size + 7) / 8 * 8;
    }

    private static int fieldBytes(Class<?> type) {
        if (type == long.class || type == double.class || !type.isPrimitive()) {
            return 8;
        }
        if (type == int.class || type == float.class) {
            return 4;
        }
        return type == short.class || type == char.class ? 2 : 1;
    }
}
