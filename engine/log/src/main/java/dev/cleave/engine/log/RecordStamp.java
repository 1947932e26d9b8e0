package dev.cleave.engine.log;

/** What all records of one opening of a log have in common. */
record RecordStamp(long logId, int opening, long openingSequence) {}
