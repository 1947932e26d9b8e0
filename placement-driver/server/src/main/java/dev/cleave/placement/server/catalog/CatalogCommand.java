package dev.cleave.placement.server.catalog;

import dev.cleave.placement.server.plan.Operator;
import dev.cleave.region.control.ToPlacement;

/** An entry of the placement driver's log. Its effect depends on it and on the catalog alone. */
public sealed interface CatalogCommand {
    /** Names the cluster; the first one wins. */
    record CreateCluster(long clusterId) implements CatalogCommand {}

    /** Takes a window of ids that nobody else will ever get. Answer: {@link CatalogResult.Ids}. */
    record AllocateIds(int count) implements CatalogCommand {}

    /** A store says who it is. Answer: {@link CatalogResult.Admitted} or Refused. The very first one is given the first region. */
    record AdmitStore(ToPlacement.RegisterStore request) implements CatalogCommand {}

    /** The first region has been reported. */
    record SeeFirstRegion() implements CatalogCommand {}

    /** Drains or retires a store, or takes a drain back. */
    record SetStoreLife(long storeId, StoreRecord.Life life) implements CatalogCommand {}

    /** Begins or ends an operator. Refused if another one runs on its region, or if an end comes for what does not run. */
    record PutOperator(Operator operator) implements CatalogCommand {}
}
