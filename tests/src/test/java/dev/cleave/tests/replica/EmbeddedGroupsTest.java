package dev.cleave.tests.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cleave.engine.wire.Address;
import dev.cleave.region.raft.EntryType;
import dev.cleave.region.raft.Role;
import dev.cleave.region.replica.GroupStatus;
import dev.cleave.region.replica.Proposal;
import dev.cleave.region.replica.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes that embed three groups over real sockets and files, each with state, leader and life of its own. */
class EmbeddedGroupsTest {
    private static final long USERS = 1;
    private static final long ORDERS = 2;
    private static final long PRODUCTS = 3;
    private static final long INVOICES = 4;

    @TempDir
    Path directory;

    private final Map<Long, EmbeddedNode> nodes = new TreeMap<>();

    @BeforeEach
    void start() throws IOException {
        Map<Long, Address> addresses = new TreeMap<>();
        for (long node = 1; node <= 3; node++) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                addresses.put(node, new Address("127.0.0.1", free.getLocalPort()));
            }
        }
        for (long node = 1; node <= 3; node++) {
            nodes.put(node, new EmbeddedNode(node, directory.resolve("node" + node), addresses));
        }
        for (long group : List.of(USERS, ORDERS, PRODUCTS)) {
            nodes.values().forEach(node -> node.add(group));
        }
    }

    @AfterEach
    void stop() {
        nodes.values().forEach(EmbeddedNode::close);
    }

    @Test
    void eachGroupHasStateLeaderAndLifeOfItsOwnOverOneLinkPerNode() {
        write(USERS, "ada");
        write(ORDERS, "1 apple");
        write(ORDERS, "2 plums");
        write(PRODUCTS, "apple");

        until(() -> hold(USERS, "ada") && hold(ORDERS, "1 apple", "2 plums") && hold(PRODUCTS, "apple"));
        assertThat(nodes.values()).as("one incoming link per other node").allMatch(node -> node.peers.size() == 2);

        long before = leader(ORDERS);
        long next = before % 3 + 1;
        nodes.get(before).replicas.transferLeader(ORDERS, next);
        until(() -> leader(ORDERS) == next);
        write(ORDERS, "3 pears");

        nodes.values().forEach(node -> node.add(INVOICES));
        write(INVOICES, "due");
        nodes.values().forEach(node -> node.remove(PRODUCTS));
        until(() -> nodes.values().stream().allMatch(node -> node.replicas.status(PRODUCTS) == null));
        write(USERS, "bob");

        until(() ->
                hold(USERS, "ada", "bob") && hold(ORDERS, "1 apple", "2 plums", "3 pears") && hold(INVOICES, "due"));
        assertThat(nodes.values()).allMatch(node -> node.peers.size() == 2);
    }

    @Test
    void thePageShowsTheNodeThatRunsHere() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/cleave/tests/replica/EmbeddedNode.java"));
        String shown = source.substring(source.indexOf("// embedding\n") + 13, source.indexOf("    // end\n"));

        assertThat(Files.readString(Path.of("../docs/embedding.md"))).contains(shown);
    }

    private boolean hold(long group, String... texts) {
        return nodes.values().stream().allMatch(node -> List.of(texts).equals(node.applied.get(group)));
    }

    private static void until(BooleanSupplier isTrue) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(isTrue::getAsBoolean);
    }

    /** The node that leads in the latest term; 0 if there is none. */
    private long leader(long group) {
        long leader = 0;
        long term = 0;
        for (Map.Entry<Long, EmbeddedNode> node : nodes.entrySet()) {
            GroupStatus status = node.getValue().replicas.status(group);
            if (status != null && status.role() == Role.LEADER && status.term() > term) {
                leader = node.getKey();
                term = status.term();
            }
        }
        return leader;
    }

    /** Until it stands in the leader's state; a proposal that was certainly not appended is made again. */
    private void write(long group, String text) {
        Text[] last = {null};
        until(() -> {
            long leader = leader(group);
            if (leader == 0) {
                return false;
            }
            List<String> state = nodes.get(leader).applied.get(group);
            if (state != null && state.contains(text)) {
                return true;
            }
            if (last[0] == null || last[0].isRefused) {
                last[0] = new Text(text);
                nodes.get(leader).replicas.propose(group, last[0]);
            }
            return false;
        });
    }

    private static final class Text implements Proposal {
        private final String text;
        private volatile boolean isRefused;

        Text(String text) {
            this.text = text;
        }

        @Override
        public byte type() {
            return EntryType.COMMAND;
        }

        @Override
        public ByteBuffer payload() {
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public long deadlineNanos() {
            return System.nanoTime() + 30_000_000_000L;
        }

        @Override
        public void refused(Refusal why, long leaderReplica, long leaderStore) {
            isRefused = true;
        }

        @Override
        public void undetermined() {
            throw new AssertionError("nobody stops here");
        }
    }
}
