package dev.cleave.engine.wire;

/** The same network on the JDK's selectors: where there is no epoll, or nobody has put the library for it on the class path. */
class SelectorNetworkTest extends NettyNetworkTest {
    @Override
    Network newNetwork(WireOptions options) {
        return super.newNetwork(options.withNative(false));
    }
}
