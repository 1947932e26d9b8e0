package dev.cleave.placement.ctl.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearMatchTest {
    @ParameterizedTest
    @CsvSource({"'', abc, 3", "abc, abc, 0", "abc, abd, 1", "kitten, sitting, 3", "listen, lisen, 1"})
    void editsAreCounted(String from, String to, int edits) {
        assertThat(NearMatch.edits(from, to)).isEqualTo(edits);
        assertThat(NearMatch.edits(to, from)).isEqualTo(edits);
    }

    @ParameterizedTest
    @CsvSource({"lisen, (did you mean listen?)", "dta, (did you mean data?)", "capacity, '(known are data, listen)'"})
    void theNearestWordIsOffered(String word, String hint) {
        assertThat(NearMatch.hint(word, new TreeSet<>(Set.of("listen", "data"))))
                .isEqualTo(" " + hint);
    }
}
