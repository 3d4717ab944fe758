// How commander reads the values of flags: by values.ts, with a word on what would do.

import { InvalidArgumentError } from "commander";
import { parseCount, parseNumber, parseShare, parseSize, parseSpan } from "./values.ts";

/** A reader for commander, which says what would do if the notation is wrong. */
export function toReader<Value>(
  parse: (text: string) => Value | null,
  wanted: string,
): (text: string) => Value {
  return (text) => {
    const value = parse(text);
    if (value === null) throw new InvalidArgumentError(`It must be ${wanted}.`);
    return value;
  };
}

export const SPAN = toReader(parseSpan, "a span like 90s, 30m, 2h or 1d");
export const SHARE = toReader(parseShare, "a share like 5% or 0.05");
export const SIZE = toReader(parseSize, "a size like 500MB or 2GB");
export const NUMBER = toReader(parseNumber, "a number");
export const COUNT = toReader(parseCount, "a whole number from 1");
