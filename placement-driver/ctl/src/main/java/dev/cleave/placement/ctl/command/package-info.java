/** One class per admin command: it asks the placement driver or the client library and prints what it was told. */
@NullMarked
package dev.cleave.placement.ctl.command;

import org.jspecify.annotations.NullMarked;
