package dev.cleave.placement.ctl.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cleave.engine.base.KeyRange;
import dev.cleave.placement.ctl.output.Form;
import dev.cleave.placement.ctl.output.Selection;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.RecoveredRegion;
import java.io.PrintWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers and proposals that a small sound cluster does not give. */
class AnswersTest {
    @Test
    void whatARecoveryWouldDoIsToldInEveryForm() {
        PdReply.Recovery recovery = new PdReply.Recovery(
                false, List.of(new RecoveredRegion(7, KeyRange.ALL, 2, 12, 40, 44, "from 41 on")), "one region");

        assertThat(text(recovery, Form.table))
                .contains("REGION", "replica 12 on store 2", "one region\n", "give the same command with --yes");
        assertThat(text(recovery, Form.csv))
                .isEqualTo("region,range,led-by,committed,last,what-may-be-lost\n"
                        + "7,\"[-∞, +∞)\",replica 12 on store 2,40,44,from 41 on\n");
        assertThat(text(recovery, Form.keys)).isEqualTo("7\n");
        assertThat(text(recovery, Form.json)).contains("\"kind\" : \"Recovery\"", "\"begun\" : false");
        assertThat(text(new PdReply.Recovery(true, List.of(), "none"), Form.table))
                .isEqualTo("none\n");
    }

    private static String text(PdReply.Recovery recovery, Form form) {
        return RegionText.recovered(recovery).text(form, Selection.all());
    }

    @Test
    void theShellProposesWhatMayStandNext() {
        ShellCompleter completer = new ShellCompleter(dev.cleave.placement.ctl.launch.Cleave.commandLine(
                new PrintWriter(System.out), new PrintWriter(System.err)));

        assertThat(completer.next(List.of())).contains("get", "put", "region", "status", "quit");
        assertThat(completer.next(List.of("region"))).contains("list", "split").doesNotContain("get");
        assertThat(completer.next(List.of("region", "split")))
                .contains("--at", "--wait")
                .doesNotContain("--looks");
        assertThat(completer.next(List.of("scan", "-o"))).containsExactly("table", "wide", "json", "csv", "keys");
    }
}
