package dev.cleave.region.protocol;

import dev.cleave.engine.wire.Address;
import java.util.List;

/** What the placement driver answers. */
public sealed interface PdReply {
    /** Regions in key order, and the stores that their peers are on. */
    record Routes(List<RegionView> regions, List<StoreInfo> stores) implements PdReply {
        public Routes {
            regions = List.copyOf(regions);
            stores = List.copyOf(stores);
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
    }

    record Stores(List<StoreInfo> stores) implements PdReply {
        public Stores {
            stores = List.copyOf(stores);
        }
    }

    record Regions(List<RegionView> regions) implements PdReply {
        public Regions {
            regions = List.copyOf(regions);
        }
    }

    record Operators(List<OperatorView> operators) implements PdReply {
        public Operators {
            operators = List.copyOf(operators);
        }
    }

    record Accepted(long operatorId) implements PdReply {}

    /** Nothing was changed. The message says why and what to do. */
    record Refused(Kind kind, String message) implements PdReply {}

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
