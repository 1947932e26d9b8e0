package dev.cleave.region.protocol;

import dev.cleave.engine.wire.Address;
import java.util.List;

/** What the placement driver answers. */
public sealed interface PdReply {
    /** Exhaustive choice: a new variant does not compile until all have answered. */
    <R> R match(Cases<R> cases);

    /** One answer per variant. */
    interface Cases<R> {
        R onRoutes(Routes routes);

        R onStatus(Status status);

        R onStores(Stores stores);

        R onRegions(Regions regions);

        R onOperators(Operators operators);

        R onAccepted(Accepted accepted);

        R onRefused(Refused refused);

        R onChecked(Checked checked);

        R onRecovery(Recovery recovery);

        R onHotRegions(HotRegions hotRegions);
    }

    /** Regions in key order, and the stores that their peers are on. */
    record Routes(List<RegionView> regions, List<StoreInfo> stores) implements PdReply {
        public Routes {
            regions = List.copyOf(regions);
            stores = List.copyOf(stores);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onRoutes(this);
        }
    }

    record Status(
            long clusterId,
            List<Address> members,
            Address leader,
            int storesUp,
            int stores,
            int regions,
            int regionsWithoutLeader,
            int underReplicated,
            int operators)
            implements PdReply {
        public Status {
            members = List.copyOf(members);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onStatus(this);
        }
    }

    record Stores(List<StoreInfo> stores) implements PdReply {
        public Stores {
            stores = List.copyOf(stores);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onStores(this);
        }
    }

    /** The busiest first. */
    record HotRegions(List<HotRegion> regions) implements PdReply {
        public HotRegions {
            regions = List.copyOf(regions);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onHotRegions(this);
        }
    }

    record Regions(List<RegionView> regions) implements PdReply {
        public Regions {
            regions = List.copyOf(regions);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onRegions(this);
        }
    }

    record Operators(List<OperatorView> operators) implements PdReply {
        public Operators {
            operators = List.copyOf(operators);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onOperators(this);
        }
    }

    record Accepted(long operatorId) implements PdReply {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onAccepted(this);
        }
    }

    /** Nothing was changed. The message says why and what to do. */
    record Refused(Kind kind, String message) implements PdReply {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onRefused(this);
        }
    }

    /**
     * What the replicas of a region hold.
     *
     * @param index the index at which they are compared
     * @param isWhole whether this is the end of it; else some are still reading
     */
    record Checked(long regionId, long index, boolean isWhole, List<CheckedReplica> replicas, String text)
            implements PdReply {
        public Checked {
            replicas = List.copyOf(replicas);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onChecked(this);
        }
    }

    /**
     * What unsafe recovery would do, or has begun to do.
     *
     * @param isBegun whether it is being done now; else nothing was changed
     */
    record Recovery(boolean isBegun, List<RecoveredRegion> regions, String text) implements PdReply {
        public Recovery {
            regions = List.copyOf(regions);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.onRecovery(this);
        }
    }

    /** Kinds of refusal, which become exit codes and HTTP statuses. */
    enum Kind {
        /** The request itself is wrong. */
        INVALID,
        NOT_FOUND,
        /** A safety check forbids it now. */
        UNSAFE,
        /** Not able to answer now: try again, or another member. */
        UNAVAILABLE
    }
}
