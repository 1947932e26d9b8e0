/** Duty-cycle agents, their bounded inboxes and the hosts that run them on threads. */
@NullMarked
package dev.cleave.engine.agents;

import org.jspecify.annotations.NullMarked;
