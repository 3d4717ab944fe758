// What an export consists of: files of lines of JSON, and a manifest that names each with its
// length and hash. The manifest is written last, so an export without one never ended and is not
// taken back; and a file that is not what the manifest says stops a restore before it changes
// anything.
//
//   {prefix}/2026-11-20T031700Z-5f0c6c1e/manifest.json
//                                        catalogs-0.jsonl   every version of the catalog
//                                        orders-0.jsonl     operators' words that are in force
//                                        audit-0.jsonl      what was changed through the API
//                                        decisions-0.jsonl  what the health machines decided
//                                        incidents-0.jsonl
//                                        ledgers-0.jsonl    continuity ledgers of live channels
//                                        egress-0.jsonl     counters of every region

import * as z from "zod";

export const EXPORT_FORMAT = 1;
export const EXPORT_PARTS = [
  "catalogs",
  "orders",
  "audit",
  "decisions",
  "incidents",
  "ledgers",
  "egress",
] as const;
export type ExportPart = (typeof EXPORT_PARTS)[number];

/** Names sort by time. */
export const EXPORT_NAME = /^\d{4}-\d{2}-\d{2}T\d{6}Z-[0-9a-f]{8}$/;

const FILE = z.object({
  part: z.enum(EXPORT_PARTS),
  name: z.string().regex(/^[a-z]+-\d{1,6}\.jsonl$/),
  rows: z.int().min(0),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ExportFile = z.output<typeof FILE>;

const MANIFEST = z.object({
  format: z.literal(EXPORT_FORMAT),
  name: z.string().regex(EXPORT_NAME),
  at: z.string(),
  /** What could not be read, and why; the rest is whole. */
  missing: z.array(z.object({ part: z.enum(EXPORT_PARTS), why: z.string() })),
  files: z.array(FILE).max(10_000),
});
export type Manifest = z.output<typeof MANIFEST>;

/** The name of an export that is made now by a request. */
export function toExportName(nowMs: number, requestId: string): string {
  const moment = new Date(nowMs).toISOString().replaceAll(":", "").replace(/\.\d+/, "");
  return `${moment}-${requestId.slice(0, 8)}`;
}

/** Reads a manifest; null: it is none of ours, or of a later format. */
export function parseManifest(text: string): Manifest | null {
  try {
    const parsed = MANIFEST.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
