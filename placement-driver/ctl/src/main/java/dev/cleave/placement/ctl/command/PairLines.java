package dev.cleave.placement.ctl.command;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a file of pairs line by line. */
interface PairLines {
    /** The next line, null at the end. */
    @Nullable
    PairLine next() throws IOException;
}
