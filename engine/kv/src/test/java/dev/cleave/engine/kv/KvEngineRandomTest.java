package dev.cleave.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Randomness;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random calls, crashes included, against both engines and a sorted map. The seed alone replays a failure. */
class KvEngineRandomTest {
    private static final int STEPS = 250;

    @TempDir
    Path directory;

    @Test
    void bothEnginesBehaveAsASortedMap() {
        for (long seed = 1; seed <= 12; seed++) {
            run(seed);
        }
        for (long seed = 13; seed <= 60; seed++) {
            runInMemory(seed);
        }
    }

    @Test
    @Tag("long")
    void bothEnginesBehaveAsASortedMapForLong() {
        // About a second each on real files: forces of flushes and range files are what takes long.
        for (long seed = 1000; seed < 1100; seed++) {
            run(seed);
        }
        for (long seed = 1100; seed < 3000; seed++) {
            runInMemory(seed);
        }
    }

    private void run(long seed) {
        Path engine = directory.resolve("engine-" + seed);
        RocksOptions options = RocksOptions.ofBudget(2 << 20).withFlushesOnClose(false);
        EngineStory story =
                new EngineStory(seed, () -> RocksStore.open(engine, options), KvEngine::close, "rocks seed " + seed);
        story.run(STEPS);
        assertThat(runInMemory(seed)).as("seed %s replayed", seed).isEqualTo(runInMemory(seed));
    }

    private static String runInMemory(long seed) {
        MemoryDisk disk = new MemoryDisk();
        Randomness randomness = Randomness.seeded(seed);
        EngineStory story = new EngineStory(
                seed, () -> MemoryStore.open(disk, randomness), running -> disk.crash(), "memory seed " + seed);
        return story.run(STEPS);
    }
}
