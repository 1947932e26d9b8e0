package dev.cleave.engine.kv;

import java.util.List;
import org.rocksdb.WriteBatch;

/** Writes down what RocksDB finds in a batch. */
final class SeenChanges extends WriteBatch.Handler {
    private final List<String> seen;

    SeenChanges(List<String> seen) {
        this.seen = seen;
    }

    @Override
    public void put(int family, byte[] key, byte[] value) {
        seen.add("put " + family + " " + key.length + " " + value.length);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        seen.add("put in the default family");
    }

    @Override
    public void merge(int family, byte[] key, byte[] value) {
        seen.add("merge");
    }

    @Override
    public void merge(byte[] key, byte[] value) {
        seen.add("merge");
    }

    @Override
    public void delete(int family, byte[] key) {
        seen.add("delete " + family + " " + new String(key));
    }

    @Override
    public void delete(byte[] key) {
        seen.add("delete in the default family");
    }

    @Override
    public void singleDelete(int family, byte[] key) {
        seen.add("singleDelete");
    }

    @Override
    public void singleDelete(byte[] key) {
        seen.add("singleDelete");
    }

    @Override
    public void deleteRange(int family, byte[] start, byte[] end) {
        seen.add("deleteRange " + family + " " + new String(start) + " " + new String(end));
    }

    @Override
    public void deleteRange(byte[] start, byte[] end) {
        seen.add("deleteRange in the default family");
    }

    @Override
    public void logData(byte[] blob) {
        seen.add("logData");
    }

    @Override
    public void putBlobIndex(int family, byte[] key, byte[] value) {
        seen.add("putBlobIndex");
    }

    @Override
    public void markBeginPrepare() {
        seen.add("mark");
    }

    @Override
    public void markEndPrepare(byte[] xid) {
        seen.add("mark");
    }

    @Override
    public void markNoop(boolean isEmptyBatch) {
        seen.add("mark");
    }

    @Override
    public void markRollback(byte[] xid) {
        seen.add("mark");
    }

    @Override
    public void markCommit(byte[] xid) {
        seen.add("mark");
    }

    @Override
    public void markCommitWithTimestamp(byte[] xid, byte[] timestamp) {
        seen.add("mark");
    }
}
