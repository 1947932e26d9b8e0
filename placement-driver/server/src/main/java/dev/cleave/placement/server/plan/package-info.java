/**
 * Operators: plans of steps for one region, judged from what its leader reports and from nothing else.
 *
 * <ol>
 *   <li>{@link Plan} is what is wanted, {@link Operator} is the durable record.
 *   <li>{@link Progress} asks each {@link Step} in order: done, wait, send this, or broken?
 *   <li>{@link OperatorDesk} sends commands to the region's leader, again and again, until the state shows that they are done.
 * </ol>
 */
@NullMarked
package dev.cleave.placement.server.plan;

import org.jspecify.annotations.NullMarked;
