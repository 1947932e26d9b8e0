/**
 * The simulator's own measure: production code made wrong on purpose, one rule at a time, compiled into a class loader of its own. A simulator that
 * does not notice would not have noticed the bug either.
 */
@org.jspecify.annotations.NullMarked
package dev.cleave.tests.mutants;
