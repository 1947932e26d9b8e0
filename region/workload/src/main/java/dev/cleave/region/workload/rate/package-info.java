/** How fast a target answers: so many operations in flight or so many begun per second, counted in histograms. Nothing is checked here but that answers come. */
@org.jspecify.annotations.NullMarked
package dev.cleave.region.workload.rate;
