/** The deterministic simulator, stories, process tests and the architecture test. */
@NullMarked
package dev.cleave.tests;

import org.jspecify.annotations.NullMarked;
