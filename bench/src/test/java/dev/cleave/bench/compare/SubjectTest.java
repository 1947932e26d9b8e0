package dev.cleave.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SubjectTest {
    @Test
    void aNameSaysAllSettingsAndIsGivenBack() {
        assertThat(Subject.parse("cleave")).isEqualTo(new Subject("cleave", 1, Subject.Reads.DEFAULT, false));
        assertThat(Subject.parse("rheakv-8-lease-plain"))
                .isEqualTo(new Subject("rheakv", 8, Subject.Reads.LEASE, true));
        for (String name :
                new String[] {"cleave", "cleave-512", "cleave-index", "rheakv-8-plain", "rheakv-8-lease-plain"}) {
            assertThat(Subject.parse(name).name()).isEqualTo(name);
        }
    }

    @Test
    void aWordThatMeansNothingIsRefused() {
        assertThatThrownBy(() -> Subject.parse("cleave-fast")).hasMessageContaining("cleave-fast");
        assertThatThrownBy(() -> Subject.parse("cleave-0")).hasMessageContaining("Regions");
    }

    @Test
    void subjectsThatDifferInTheirClientAloneShareServers() {
        assertThat(Subject.parse("rheakv-plain").serversName()).isEqualTo("rheakv");
        assertThat(Subject.parse("rheakv-lease").serversName()).isEqualTo("rheakv-lease");
    }

    @Test
    void onlyWhatCanDifferIsMeasured() {
        Cell put = new Cell("put", 128, 16);
        Cell get = new Cell("get", 128, 16);

        assertThat(Subject.parse("rheakv").isWorth(put)).isTrue();
        assertThat(Subject.parse("rheakv-plain").isWorth(get)).isTrue();
        assertThat(Subject.parse("cleave-index-plain").isWorth(put)).isFalse();
        assertThat(Subject.parse("rheakv-lease").isWorth(put)).isFalse();
        assertThat(Subject.parse("rheakv-lease").isWorth(get)).isTrue();
        assertThat(Subject.parse("cleave-64").isWorth(put)).isTrue();
        assertThat(Subject.parse("cleave-64").isWorth(get)).isTrue();
    }

    @Test
    void scansAndLargeValuesAreMeasuredOncePerPeer() {
        for (Cell cell : new Cell[] {new Cell("scan", 128, 16), new Cell("put", 1_024, 64)}) {
            assertThat(Subject.parse("cleave").isWorth(cell)).isTrue();
            for (String name : new String[] {"cleave-8", "cleave-plain", "cleave-index"}) {
                assertThat(Subject.parse(name).isWorth(cell)).isFalse();
            }
        }
    }
}
