package dev.cleave.region.workload.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.Randomness;
import dev.cleave.region.protocol.KvCommand;
import dev.cleave.region.protocol.KvResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Search, zone rule and brute force on the same histories. A failure names its seed. */
class DecidersAgreeTest {
    private static RegisterHistory register(List<Operation> operations) {
        RegisterHistories histories = new RegisterHistories(Map.of(), 1 << 20);
        histories.addAll(operations);
        return histories.registers().iterator().next();
    }

    private static boolean searchSays(List<Operation> operations) {
        Verdict verdict = new Search(register(operations), 50_000_000, 1 << 22).run();
        assertThat(verdict.kind()).isNotEqualTo(Verdict.Kind.BUDGET_EXCEEDED);
        return verdict.isLinearizable();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 6, 2, true, true, 0",
        "2, 6, 2, true, true, 30",
        "3, 7, 3, true, true, 50",
        "4, 7, 2, true, false, 30",
        "5, 7, 2, false, true, 40",
        "6, 7, 3, false, false, 40",
        "7, 8, 1, true, true, 60",
    })
    void searchAndBruteForceAgree(
            long base, int size, int values, boolean deletes, boolean compareAndSets, int unknownPercent) {
        RandomHistories.Kinds kinds = new RandomHistories.Kinds(deletes, compareAndSets, false, unknownPercent);
        int passed = 0;
        for (int i = 0; i < 3000; i++) {
            long seed = base * 1_000_000 + i;
            List<Operation> history = new RandomHistories(seed).anything(size, values, kinds);
            history = possible(history);

            boolean truth = BruteForce.isLinearizable(history);

            assertThat(history.isEmpty() || searchSays(history))
                    .as("seed %d: %s", seed, history)
                    .isEqualTo(truth);
            passed += truth ? 1 : 0;
        }
        assertThat(passed).as("both verdicts occur").isBetween(20, 2980);
    }

    /** Without answers that are wrong in themselves, which are refused before any search. */
    private static List<Operation> possible(List<Operation> history) {
        List<Operation> kept = new ArrayList<>();
        for (Operation operation : history) {
            boolean isAbsurd = operation.command() instanceof KvCommand.CompareAndSet cas
                    && operation.result() instanceof KvResult.Compared compared
                    && !compared.isSet()
                    && java.util.Objects.equals(compared.previous(), cas.expected());
            if (!isAbsurd) {
                kept.add(operation);
            }
        }
        return kept;
    }

    @Test
    void zoneRuleSearchAndBruteForceAgree() {
        RandomHistories.Kinds kinds = new RandomHistories.Kinds(false, false, true, 25);
        int passed = 0;
        for (int seed = 0; seed < 6000; seed++) {
            List<Operation> history = new RandomHistories(seed).anything(2 + seed % 6, 0, kinds);
            RegisterHistory register = register(history);
            assertThat(Zones.canDecide(register)).isTrue();

            boolean truth = BruteForce.isLinearizable(history);

            assertThat(Zones.decide(register).isLinearizable())
                    .as("zones, seed %d: %s", seed, history)
                    .isEqualTo(truth);
            assertThat(searchSays(history))
                    .as("search, seed %d: %s", seed, history)
                    .isEqualTo(truth);
            passed += truth ? 1 : 0;
        }
        assertThat(passed).as("both verdicts occur").isBetween(100, 5900);
    }

    @Test
    void zoneRuleAndSearchAgreeOnLongerMutatedHistories() {
        RandomHistories.Kinds kinds = new RandomHistories.Kinds(false, false, true, 10);
        int passed = 0;
        for (int seed = 0; seed < 600; seed++) {
            List<Operation> good = new RandomHistories(seed).fromRegister(60, 4, kinds);
            assertThat(Zones.decide(register(good)).isLinearizable())
                    .as("seed %d", seed)
                    .isTrue();
            List<Operation> mutated = mutate(good, Randomness.seeded(seed));

            boolean says = searchSays(mutated);

            assertThat(Zones.decide(register(mutated)).isLinearizable())
                    .as("seed %d", seed)
                    .isEqualTo(says);
            passed += says ? 1 : 0;
        }
        assertThat(passed).as("both verdicts occur").isBetween(20, 580);
    }

    @Test
    void whatATrueRegisterAnswersIsLinearizable() {
        RandomHistories.Kinds kinds = new RandomHistories.Kinds(true, true, true, 10);
        RandomHistories.Kinds fewValues = new RandomHistories.Kinds(true, true, false, 10);
        for (int seed = 0; seed < 400; seed++) {
            assertThat(searchSays(new RandomHistories(seed).fromRegister(120, 5, kinds)))
                    .as("unique values, seed %d", seed)
                    .isTrue();
            assertThat(searchSays(new RandomHistories(seed).fromRegister(60, 5, fewValues)))
                    .as("four values, seed %d", seed)
                    .isTrue();
        }
    }

    /** Lets one read answer what another read answered, or nothing. */
    private static List<Operation> mutate(List<Operation> history, Randomness randomness) {
        List<Operation> reads = history.stream()
                .filter(operation -> operation.result() instanceof KvResult.Found)
                .toList();
        Operation victim = reads.get((int) randomness.below(reads.size()));
        KvResult other = randomness.below(10) == 0
                ? new KvResult.Found(null)
                : reads.get((int) randomness.below(reads.size())).result();
        List<Operation> mutated = new ArrayList<>(history);
        mutated.replaceAll(operation -> operation != victim
                ? operation
                : new Operation(
                        victim.id(),
                        victim.client(),
                        new KvCommand.Get(Key.utf8("k")),
                        victim.callNanos(),
                        victim.returnNanos(),
                        other));
        return mutated;
    }
}
