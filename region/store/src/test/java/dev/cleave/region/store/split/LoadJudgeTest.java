package dev.cleave.region.store.split;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadJudgeTest {
    /** Samples: so many times a key, or a range with a dash; the region reaches from b to y. */
    @ParameterizedTest
    @CsvSource({
        "8*c 8*f 8*m 8*t,           BALANCED,      m",
        "16*c 16*x,                 BALANCED,      x",
        "10*c 5*d 5*e 12*w,         BALANCED,      e",
        "40*m 3*c 3*t,              HOT_KEY,       m m0",
        "40*b 3*c 3*t,              HOT_KEY,       b0",
        "5*c 5*d,                   UNCLEAR,       ''",
        "20*b-y 4*c,                UNCLEAR,       ''",
        "12*c-f 12*m-t 4*b-y,       BALANCED,      f",
        "12*c-f 12*m-,              BALANCED,      f",
        "30*c-f 5*c 5*e,            UNCLEAR,       ''",
    })
    void theKeyThatBalancesIsFoundOrAHotOneIsIsolated(String samples, LoadJudge.Kind kind, String keys) {
        LoadJudge judge = LoadJudge.of(KeyRange.of(Key.utf8("b"), Key.utf8("y")), samples(samples));

        assertThat(judge.kind()).as(judge.text()).isEqualTo(kind);
        assertThat(judge.keys().stream().map(LoadJudgeTest::name).collect(Collectors.joining(" ")))
                .isEqualTo(keys);
    }

    @Test
    void aHotKeyThatIsAloneAlreadyIsToldAndNothingIsDivided() {
        Key hot = Key.utf8("m");
        KeyRange alone = KeyRange.of(hot, Key.own(new byte[] {'m', 0}));

        LoadJudge judge = LoadJudge.of(alone, samples("60*m"));

        assertThat(judge.kind()).isEqualTo(LoadJudge.Kind.HOT_KEY_ALONE);
        assertThat(judge.keys()).isEmpty();
        assertThat(judge.text()).contains("100 %").contains("alone");
    }

    @Test
    void everyRequestIsAsLikelyToBeSampledAsAnyOther() {
        Load load = new Load();
        for (int i = 0; i < 10_000; i++) {
            int slot = load.hit(false);
            if (slot >= 0) {
                load.sample(slot, new LoadSample(Key.utf8(i < 5_000 ? "early" : "late"), null));
            }
        }

        Load.Window window = load.take();

        assertThat(window.requests()).isEqualTo(10_000);
        assertThat(window.samples()).hasSize(Load.SAMPLES);
        assertThat(window.samples().stream().filter(sample -> sample.start().equals(Key.utf8("late"))))
                .hasSizeBetween(Load.SAMPLES / 4, Load.SAMPLES * 3 / 4);
        assertThat(load.take().samples()).isEmpty();
    }

    private static String name(Key key) {
        return key.bytes()[key.length() - 1] == 0 ? (char) key.bytes()[0] + "0" : "" + (char) key.bytes()[0];
    }

    private static List<LoadSample> samples(String text) {
        List<LoadSample> samples = new ArrayList<>();
        for (String word : text.split(" ")) {
            String[] parts = word.split("\\*");
            String[] ends = parts[1].split("-", -1);
            for (int i = 0; i < Integer.parseInt(parts[0]); i++) {
                samples.add(new LoadSample(Key.utf8(ends[0]), ends.length == 1 ? null : Key.utf8(ends[1])));
            }
        }
        return samples;
    }
}
