package dev.cleave.region.store;

/** Hears what whoever runs a store must know. */
@FunctionalInterface
public interface StoreEvents {
    /** The store must stop: the placement driver refuses it for good. {@code message} says why and what to do. */
    void mustStop(String message);
}
