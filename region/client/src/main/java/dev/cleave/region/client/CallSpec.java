package dev.cleave.region.client;

/**
 * What is known of a call when it is made.
 *
 * @param verb what is done, such as "put of key"
 * @param subject to what; put into words only when somebody wants to read them
 * @param startNanos when the caller called
 * @param deadlineNanos when the caller stops waiting
 * @param requestBytes about what it costs in flight
 */
record CallSpec(String verb, Object subject, boolean isWrite, long startNanos, long deadlineNanos, int requestBytes) {
    private static final int SUBJECT_CHARS_MAX = 200;

    /** The call in words, such as "put of key a". */
    String what() {
        String text = subject.toString();
        return verb + " " + (text.length() <= SUBJECT_CHARS_MAX ? text : text.substring(0, SUBJECT_CHARS_MAX) + "...");
    }
}
