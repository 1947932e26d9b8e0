package dev.cleave.placement.ctl.launch.playground;

import dev.cleave.engine.wire.Address;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where everybody of a playground lives: directories and addresses. */
record Places(Path data, Ports ports) {
    static final String HOST = "127.0.0.1";

    /** The placement driver and all stores. */
    static final int NODES = 7;

    /** Those that the story needs. */
    static final int STORES = 5;

    /** With the one that may be added. */
    static final int STORES_MAX = 6;

    Path placementData() {
        return data.resolve("pd");
    }

    Path storeData(int number) {
        return data.resolve("store" + number);
    }

    /** Whether this store has been here before. */
    boolean hasStore(int number) {
        return Files.isDirectory(storeData(number));
    }

    Path logs() {
        return data.resolve("logs");
    }

    Address placement() {
        return new Address(HOST, ports.pd());
    }

    Address placementHttp() {
        return new Address(HOST, ports.pdHttp());
    }

    Address store(int number) {
        return new Address(HOST, ports.store(number));
    }

    Address storeHttp(int number) {
        return new Address(HOST, ports.storeHttp(number));
    }

    /** The number of the store that listens at this port: the same directory keeps its port and its id. */
    int storeNumber(int port) {
        for (int number = 1; number <= STORES_MAX; number++) {
            if (ports.store(number) == port) {
                return number;
            }
        }
        throw new IllegalArgumentException("no store of this playground listens at port " + port);
    }
}
