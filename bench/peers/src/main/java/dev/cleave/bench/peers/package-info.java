/**
 * Other stores under the same load as Cleave. Not part of the default build ({@code -Ppeers}), and nothing of Cleave sees it: each peer comes with the libraries that it
 * was released with, which differ from Cleave's.
 */
@NullMarked
package dev.cleave.bench.peers;

import org.jspecify.annotations.NullMarked;
