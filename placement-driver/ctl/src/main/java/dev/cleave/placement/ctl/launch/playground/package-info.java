/**
 * The first hour of a new user: a whole cluster on this machine that loads keys, serves, splits, moves a region and proves that nothing was
 * lost. The story is told by {@link dev.cleave.placement.ctl.launch.playground.Story}, step by step.
 */
@NullMarked
package dev.cleave.placement.ctl.launch.playground;

import org.jspecify.annotations.NullMarked;
