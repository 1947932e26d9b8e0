package dev.cleave.region.store.state;

import dev.cleave.engine.base.Invariant;
import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.nio.ByteBuffer;

/**
 * Keys of the engine's META family: one kind byte, then the region id, big endian so that ids sort.
 *
 * <pre>
 * 'a' applied state   'd' descriptor and replica id   't' tombstone   'x' its data are lost   's' (alone) the map of stores
 * 'f' (alone) which replicas may be forgotten
 * </pre>
 */
final class MetaKeys {
    private static final byte APPLIED = 'a';
    private static final byte DESCRIPTOR = 'd';
    private static final byte TOMBSTONE = 't';
    private static final byte LOST = 'x';
    private static final byte STORES = 's';
    private static final byte FORGOTTEN = 'f';

    private MetaKeys() {}

    static byte[] applied(long region) {
        return key(APPLIED, region);
    }

    static byte[] descriptor(long region) {
        return key(DESCRIPTOR, region);
    }

    static byte[] tombstone(long region) {
        return key(TOMBSTONE, region);
    }

    static byte[] lost(long region) {
        return key(LOST, region);
    }

    static byte[] stores() {
        return new byte[] {STORES};
    }

    static byte[] forgotten() {
        return new byte[] {FORGOTTEN};
    }

    static KeyRange allDescriptors() {
        return all(DESCRIPTOR);
    }

    static KeyRange allTombstones() {
        return all(TOMBSTONE);
    }

    static KeyRange allLost() {
        return all(LOST);
    }

    static long region(byte[] key) {
        Invariant.check(key.length == 9, "a meta key is a kind and an id", key.length);
        return ByteBuffer.wrap(key).getLong(1);
    }

    private static byte[] key(byte kind, long region) {
        return ByteBuffer.allocate(9).put(kind).putLong(region).array();
    }

    private static KeyRange all(byte kind) {
        return KeyRange.of(Key.own(new byte[] {kind}), Key.own(new byte[] {(byte) (kind + 1)}));
    }
}
