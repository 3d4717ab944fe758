// The price table of the catalog, `[prices]` (design: "Preloading"): what a plan's cost is reckoned
// from. Without defaults on purpose: prices differ by contract and region and change, so a plan
// shows the operator's own, with their source and date, or none.

import * as z from "zod";
import type { PriceTable } from "./catalog.ts";

const price = z
  .number({ error: "must be a number, like 0.40" })
  .min(0, "must not be negative")
  .default(0);

const label = (complaint: string) => z.string({ error: complaint }).trim().min(1, complaint);

export const PRICE_SCHEMA = z.strictObject(
  {
    currency: z
      .string({ error: 'must be a currency like "USD"' })
      .regex(/^[A-Z]{3}$/, 'must be a currency like "USD"'),
    source: label("must say where the prices are from"),
    date: z
      .string({ error: 'must be a day like "2026-11-20", in quotes' })
      .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day like "2026-11-20", in quotes'),
    origin_requests_per_million: price,
    origin_bytes_per_gb: price,
    hot_tier_writes_per_million: price,
    hot_tier_reads_per_million: price,
    edge_requests_per_million: price,
  },
  { error: "must be written as [prices]" },
);

/** The table in the form of the catalog. */
export function toPriceTable(table: z.output<typeof PRICE_SCHEMA>): PriceTable {
  return {
    currency: table.currency,
    source: table.source,
    date: table.date,
    originRequestsPerMillion: table.origin_requests_per_million,
    originBytesPerGb: table.origin_bytes_per_gb,
    hotTierWritesPerMillion: table.hot_tier_writes_per_million,
    hotTierReadsPerMillion: table.hot_tier_reads_per_million,
    edgeRequestsPerMillion: table.edge_requests_per_million,
  };
}
