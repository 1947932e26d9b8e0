/** Decides where regions live: catalog, operators, checkers; its own state is a Raft group. */
@NullMarked
package dev.cleave.placement.server;

import org.jspecify.annotations.NullMarked;
