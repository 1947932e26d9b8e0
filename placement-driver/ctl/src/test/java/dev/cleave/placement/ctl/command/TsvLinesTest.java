package dev.cleave.placement.ctl.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TsvLinesTest {
    @ParameterizedTest
    @CsvSource({
        "k~v, k=v",
        "k~, k=",
        "k~a~b, k=a~b",
        "k ~ v, k = v",
        "hex:61~v, hex:61=v",
        "k, no tab between key and value",
        "~v, empty key",
        "~, empty key",
        "k~v^, k=v^",
    })
    void theFirstTabDivides(String line, String expected) throws IOException {
        assertThat(read(line.replace('~', '\t').replace('^', '\r') + "\n"))
                .containsExactly("1 " + expected.replace('~', '\t').replace('^', '\r'));
    }

    @Test
    void linesAreNumberedAndTheLastNeedsNoEnd() throws IOException {
        assertThat(read("a\t1\n\nbroken\nb\t2"))
                .containsExactly("1 a=1", "2 empty line", "3 no tab between key and value", "4 b=2");
        assertThat(read("")).isEmpty();
        assertThat(read("\n")).containsExactly("1 empty line");
    }

    @Test
    void keysAndValuesMayBeAsLongAsAllowedAndNoLonger() throws IOException {
        String key = "k".repeat(4096);
        String value = "v".repeat(4 << 20);

        assertThat(read(key + "\t" + value + "\na\t1")).containsExactly("1 " + key + "=" + value, "2 a=1");
        assertThat(read(key + "k\tv\na\t1")).containsExactly("1 key of 4097 bytes, at most 4096 are allowed", "2 a=1");
        assertThat(read("k\tv" + value + "\na\t1"))
                .containsExactly("1 value of 4194305 bytes, at most 4194304 are allowed", "2 a=1");
    }

    @Test
    void aLineWithoutEndIsPassedOverWithoutBeingKept() throws IOException {
        String text = "x".repeat(20 << 20);

        List<String> lines = read(text + "\na\t1\n");

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("1 longer than");
        assertThat(lines.get(1)).isEqualTo("2 a=1");
    }

    @Test
    void bytesStayAsTheyAre() throws IOException {
        TsvLines lines = new TsvLines(new ByteArrayInputStream(new byte[] {(byte) 0xFF, 0, '\t', (byte) 0x80, '\n'}));

        PairLine line = lines.next();

        assertThat(line.key()).containsExactly(0xFF, 0);
        assertThat(line.value()).containsExactly(0x80);
        assertThat(lines.next()).isNull();
    }

    /** Every way to cut the input into reads gives the same lines. */
    @Test
    void itDoesNotMatterHowTheBytesArrive() throws IOException {
        String text = "alpha\tone\nbeta\ttwo\n\ngamma\tthree";
        for (int size = 1; size <= text.length(); size++) {
            int most = size;
            InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
                @Override
                public synchronized int read(byte[] into, int offset, int length) {
                    return super.read(into, offset, Math.min(most, length));
                }
            };
            assertThat(read(new TsvLines(in)))
                    .containsExactly("1 alpha=one", "2 beta=two", "3 empty line", "4 gamma=three");
        }
    }

    private static List<String> read(String text) throws IOException {
        return read(new TsvLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))));
    }

    private static List<String> read(TsvLines lines) throws IOException {
        List<String> seen = new ArrayList<>();
        PairLine line;
        while ((line = lines.next()) != null) {
            seen.add(line.number() + " "
                    + (line.problem() != null
                            ? line.problem()
                            : new String(line.key(), StandardCharsets.UTF_8) + "="
                                    + new String(line.value(), StandardCharsets.UTF_8)));
        }
        return seen;
    }
}
