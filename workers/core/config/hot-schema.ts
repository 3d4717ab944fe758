// The table `[hot]` of the catalog: what may be preloaded that nobody planned, and how often the
// hit ratio is judged (design: "Preloading"). Without the table nothing is fetched unasked: whose
// bill it is says how much.

import * as z from "zod";
import type { HotRules } from "./catalog.ts";

const whole = (complaint: string) => z.int({ error: complaint });
const SECONDS = "must be a whole number of seconds, like 60";

export const HOT_SCHEMA = z.strictObject(
  {
    files_per_hour: whole("must be a whole number of files, like 200")
      .min(1, "must be at least 1; leave the table out to preload nothing")
      .max(10_000, "must be at most 10000")
      .default(200),
    bytes_per_hour: whole("must be a whole number of bytes, like 2000000000")
      .min(1, "must be at least 1; leave the table out to preload nothing")
      .default(2_000_000_000),
    requests_per_second: z
      .number({ error: "must be a number, like 5" })
      .min(0.1, "must be at least 0.1")
      .max(1_000, "must be at most 1000")
      .default(5),
    hits_min: z
      .number({ error: "must be a number of requests, like 5" })
      .min(2, "must be at least 2: one viewer is no crowd")
      .default(5),
    every_seconds: whole(SECONDS)
      .min(2, "must be at least 2")
      .max(3_600, "must be at most 3600")
      .default(60),
    window_seconds: whole(SECONDS)
      .min(2, "must be at least 2")
      .max(86_400, "must be at most 86400")
      .default(300),
  },
  { error: "must be written as [hot]" },
);

/** The table in the form of the catalog. */
export function toHotRules(table: z.output<typeof HOT_SCHEMA>): HotRules {
  return {
    filesPerHour: table.files_per_hour,
    bytesPerHour: table.bytes_per_hour,
    requestsPerSecond: table.requests_per_second,
    hitsMin: table.hits_min,
    everyMs: table.every_seconds * 1_000,
    windowMs: table.window_seconds * 1_000,
  };
}
