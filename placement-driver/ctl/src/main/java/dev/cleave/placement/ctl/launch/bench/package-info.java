/** {@code cleave bench}: puts a running cluster under load and says how fast it answers, and at what price. */
@org.jspecify.annotations.NullMarked
package dev.cleave.placement.ctl.launch.bench;
