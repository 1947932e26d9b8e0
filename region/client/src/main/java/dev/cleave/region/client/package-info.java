/**
 * The client library: routes, retries within a deadline, and three honest outcomes.
 *
 * <p>The story of a call: {@link dev.cleave.region.client.CleaveClient} or {@link dev.cleave.region.client.AsyncCleaveClient} makes an
 * {@link dev.cleave.region.client.Operation}, which splits into {@link dev.cleave.region.client.RegionTask}s; each finds its region in
 * the {@link dev.cleave.region.client.RouteCache}, sends over a {@link dev.cleave.region.client.Connection}, and decides by the answer.
 * All state belongs to one loop, so the whole client also runs in a simulator on virtual time.
 */
@NullMarked
package dev.cleave.region.client;

import org.jspecify.annotations.NullMarked;
