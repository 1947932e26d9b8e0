/** What client, admin tool, store and placement driver say to each other, in versioned layouts. */
@NullMarked
package dev.cleave.region.protocol;

import org.jspecify.annotations.NullMarked;
