package dev.cleave.placement.ctl.output;

/** The forms in which every answer can be printed. */
public enum Form {
    /** Aligned columns, for people. */
    table,
    /** The same with more columns. */
    wide,
    /** One document. */
    json,
    /** A line of names and a line for each item, as RFC 4180 says; figures without units. */
    csv,
    /** What names each item, one per line, without a heading. */
    keys
}
