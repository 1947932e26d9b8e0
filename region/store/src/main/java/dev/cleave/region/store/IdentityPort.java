package dev.cleave.region.store;

import java.util.Optional;

/** Where a store keeps its identity: a file in production. */
public interface IdentityPort {
    /** Empty on a data directory that has never been used. */
    Optional<StoreIdentity> load();

    /** Returns once the identity would survive a crash. */
    void save(StoreIdentity identity);
}
