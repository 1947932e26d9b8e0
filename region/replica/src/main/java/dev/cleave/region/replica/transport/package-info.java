/** How raft messages travel between stores: the frame layout and the links that carry it. */
@NullMarked
package dev.cleave.region.replica.transport;

import org.jspecify.annotations.NullMarked;
