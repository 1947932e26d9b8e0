package dev.cleave.placement.ctl.command;

import dev.cleave.engine.wire.Address;
import dev.cleave.region.client.CleaveException;
import dev.cleave.region.client.InvalidRequestException;
import dev.cleave.region.client.NotAppliedException;
import dev.cleave.region.protocol.PdReply;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What did not succeed, in words for people and with the exit code for scripts. */
final class Failures {
    private Failures() {}

    static CommandFailure refused(PdReply.Refused refused) {
        int code = switch (refused.kind()) {
            case INVALID -> ExitCode.FAILED;
            case NOT_FOUND -> ExitCode.NOT_FOUND;
            case UNSAFE -> ExitCode.REFUSED;
            case UNAVAILABLE -> ExitCode.UNREACHABLE;
        };
        String prefix = refused.kind() == PdReply.Kind.UNAVAILABLE ? "the placement driver cannot answer now: " : "";
        return new CommandFailure(code, prefix + refused.message());
    }

    static CommandFailure unreachable(List<Address> placement, String why) {
        String at = placement.stream().map(Address::toString).collect(Collectors.joining(", "));
        return new CommandFailure(
                ExitCode.UNREACHABLE,
                "cannot reach PD at " + at + " (" + why + "); nothing was changed\n"
                        + "  is it running? another address: --pd or CLEAVE_PD");
    }

    /** An order to the placement driver whose answer was lost. */
    static CommandFailure unknownOrder(CleaveException failed, Duration timeout) {
        return new CommandFailure(
                ExitCode.OUTCOME_UNKNOWN,
                "no answer within " + seconds(timeout) + " (" + failed.trouble()
                        + "): the order MAY have been accepted\n" + "  check with: cleave operator list");
    }

    /**
     * A read or write of keys that failed.
     *
     * @param check the command that shows whether a write took effect
     */
    static CommandFailure ofCall(CleaveException failed, Duration timeout, String check) {
        if (failed.outcomeUnknown()) {
            return new CommandFailure(
                    ExitCode.OUTCOME_UNKNOWN,
                    "timed out after " + seconds(failed.elapsed()) + ": the write MAY have been applied ("
                            + place(failed) + ")\n" + "  check with: " + check);
        }
        if (failed instanceof InvalidRequestException) {
            return new CommandFailure(ExitCode.USAGE, String.valueOf(failed.getMessage()));
        }
        NotAppliedException.Reason reason = ((NotAppliedException) failed).reason();
        return switch (reason) {
            case DEADLINE, UNAVAILABLE -> unchanged(ExitCode.UNREACHABLE, failed, "check with: cleave status");
            case BUSY -> unchanged(ExitCode.FAILED, failed, "repeat it later");
            case DISK_FULL -> unchanged(ExitCode.FAILED, failed, "free space or add stores: cleave store list");
            case CLOSED, INTERRUPTED -> unchanged(ExitCode.FAILED, failed, "repeat it");
        };
    }

    private static CommandFailure unchanged(int code, CleaveException failed, String advice) {
        return new CommandFailure(code, failed.trouble() + "; nothing was changed\n  " + advice);
    }

    private static String place(CleaveException failed) {
        String region = failed.regionId() == 0 ? "region unknown" : "region " + failed.regionId();
        return failed.storeId() == 0 ? region : region + ", store " + failed.storeId();
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
}
