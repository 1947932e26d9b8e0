/**
 * Cleave beside other stores on the same machine: one command starts each as processes on loopback, gives all the same load, and writes one table.
 *
 * <ol>
 *   <li>{@link dev.cleave.bench.compare.Compare} reads the command line and goes through the passes;
 *   <li>a {@link dev.cleave.bench.compare.Subject} is a row: a {@link dev.cleave.bench.compare.Peer} with settings;
 *   <li>its servers are {@link dev.cleave.bench.compare.Servers}, frozen while others are measured;
 *   <li>a {@link dev.cleave.bench.compare.Driver}, a process of its own with the class path that its peer's client wants, loads and measures;
 *   <li>{@link dev.cleave.bench.compare.Table} and {@link dev.cleave.bench.compare.Report} write down the medians.
 * </ol>
 */
@NullMarked
package dev.cleave.bench.compare;

import org.jspecify.annotations.NullMarked;
