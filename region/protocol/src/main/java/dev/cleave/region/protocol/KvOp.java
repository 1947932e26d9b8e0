package dev.cleave.region.protocol;

/** What a request asks for, as people and monitoring call it. */
public enum KvOp {
    PUT,
    DELETE,
    BATCH,
    DELETE_RANGE,
    COMPARE_AND_SET,
    GET,
    BATCH_GET,
    SCAN,
    /** A number that this version does not know: such requests are refused. */
    UNKNOWN;

    /** Of an operation's number, see {@link KvCodec#op}. */
    public static KvOp of(int number) {
        return switch (number) {
            case KvCommandLayout.PUT, KvCommandLayout.EXPIRING_PUT -> PUT;
            case KvCommandLayout.DELETE -> DELETE;
            case KvCommandLayout.BATCH -> BATCH;
            case KvCommandLayout.DELETE_RANGE -> DELETE_RANGE;
            case KvCommandLayout.COMPARE_AND_SET -> COMPARE_AND_SET;
            case KvCommandLayout.GET -> GET;
            case KvCommandLayout.BATCH_GET -> BATCH_GET;
            case KvCommandLayout.SCAN -> SCAN;
            default -> UNKNOWN;
        };
    }
}
