package dev.cleave.region.raft;

/** A message on its way, with the entries or the snapshot that a host would put beside it. */
record Letter(RaftMessage message, Entry[] entries, Machine image) {
    static Letter of(RaftMessage message, TestEntries store) {
        RaftMessage copy = new RaftMessage().copyFrom(message);
        Entry[] entries = {};
        if (copy.type == RaftMessage.Type.APPEND) {
            entries = new Entry[(int) (copy.lastIndex - copy.index)];
            for (int i = 0; i < entries.length; i++) {
                entries[i] = store.get(copy.index + 1 + i);
                copy.addEntryTerm(entries[i].term());
            }
        }
        return new Letter(copy, entries, Machine.EMPTY);
    }

    @Override
    public String toString() {
        return message + (entries.length > 0 ? "+" + entries.length : "");
    }
}
