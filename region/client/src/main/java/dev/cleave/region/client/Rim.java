package dev.cleave.region.client;

import dev.cleave.engine.base.Clock;
import dev.cleave.engine.base.Randomness;
import dev.cleave.engine.base.Timers;
import dev.cleave.engine.wire.Network;

/** The outside world as it was handed in: the loop that owns all state, time, chance and the network. */
record Rim(Network network, Timers timers, Clock clock, Randomness randomness) {}
