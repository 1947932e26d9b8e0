package dev.cleave.region.protocol;

/** A region that is asked often, and how often. */
public record HotRegion(RegionView view, RegionLoad load) {}
