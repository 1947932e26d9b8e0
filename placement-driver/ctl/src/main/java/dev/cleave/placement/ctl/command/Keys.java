package dev.cleave.placement.ctl.command;

import dev.cleave.engine.base.Key;
import dev.cleave.engine.base.KeyText;
import dev.cleave.region.protocol.KvLimits;

/** Keys and values as arguments: plain text, {@code hex:...} or {@code b64:...}. */
final class Keys {
    private Keys() {}

    static byte[] bytes(String what, String argument) {
        try {
            return KeyText.parse(argument);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    what + ": '" + argument
                            + "' is not valid after its prefix; write plain text, hex:0a0b or b64:CgsM");
        }
    }

    static Key key(String what, String argument) {
        return Key.own(bytes(what, argument));
    }

    /** A key that may be stored: neither empty nor too long. */
    static Key bounded(String what, String argument) {
        Key key = key(what, argument);
        KvLimits.problem(key).ifPresent(problem -> {
            throw new CommandFailure(ExitCode.USAGE, what + ": " + problem);
        });
        return key;
    }
}
