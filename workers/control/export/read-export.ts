// Reads an export back from its storage: the manifest, then every file against its hash, and only
// then row by row. What is not exactly what was written stops a restore before it changes anything.

import * as z from "zod";
import { AUDIT_KINDS, type AuditRecord } from "../../core/health/incidents/audit.ts";
import { hashBytes } from "../../platform/encoding.ts";
import { AUDIT_OUTCOMES } from "../audit/audit-entry.ts";
import type { StoredIncident } from "../centre/audit-book.ts";
import { type ExportPart, type Manifest, parseManifest } from "./manifest.ts";
import { ORDER_ROW } from "./order-row.ts";
import type { ExportPlace } from "./store.ts";

type Place = ExportPlace & { readonly kind: "place" };

export type ManifestReading =
  | { readonly kind: "manifest"; readonly manifest: Manifest }
  | { readonly kind: "absent" }
  | { readonly kind: "failed"; readonly detail: string };

const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;
/** A file is cut where it passes 4 MiB, behind a row of a catalog or a ledger. */
const FILE_BYTES_MAX = 24 * 1024 * 1024;
const LATEST = z.object({ name: z.string() });

/** As far as the book looks at them; the rest is kept as it was written. */
const RECORD = z.looseObject({ seq: z.int(), atMs: z.number(), kind: z.enum(AUDIT_KINDS) });
const INCIDENT = z.looseObject({
  id: z.string(),
  closedAtMs: z.number().nullable(),
  lastAdverseAtMs: z.number(),
  entries: z.array(z.int()),
});

/** Forms of the rows that are put back. */
const ROWS = {
  catalogs: z.object({
    version: z.int().min(1),
    appliedAtMs: z.number(),
    appliedBy: z.string(),
    text: z.string(),
  }),
  audit: z.object({
    id: z.string(),
    atMs: z.number(),
    actor: z.string(),
    via: z.string(),
    action: z.string(),
    target: z.string(),
    outcome: z.enum(AUDIT_OUTCOMES),
    reason: z.string().nullable(),
    before: z.string().nullable(),
    after: z.string().nullable(),
  }),
  orders: ORDER_ROW,
  decisions: z.custom<AuditRecord>((row) => RECORD.safeParse(row).success),
  incidents: z.custom<StoredIncident>((row) => INCIDENT.safeParse(row).success),
  ledgers: z.object({ channel: z.string(), generation: z.int(), snapshot: z.string() }),
} as const satisfies Partial<Record<ExportPart, z.ZodType>>;
export type RestoredPart = keyof typeof ROWS;
export type RestoredRow<Part extends RestoredPart> = z.output<(typeof ROWS)[Part]>;

/** The manifest of an export; of the newest one for the name "latest". */
export async function readManifest(place: Place, wanted: string): Promise<ManifestReading> {
  const name = wanted === "latest" ? await readLatest(place) : wanted;
  if (name === null) return { kind: "absent" };
  const file = await place.store.get(place.key(name, "manifest.json"), MANIFEST_BYTES_MAX);
  if (file.kind !== "file") return file;
  const manifest = parseManifest(new TextDecoder().decode(file.bytes));
  if (manifest !== null) return { kind: "manifest", manifest };
  return { kind: "failed", detail: `the manifest of ${name} is not of a format known here` };
}

/** The pointer that every export moves when it is complete. */
export const LATEST_FILE = "latest.json";

async function readLatest(place: Place): Promise<string | null> {
  const file = await place.store.get(place.key("", LATEST_FILE), MANIFEST_BYTES_MAX);
  if (file.kind !== "file") return null;
  try {
    const parsed = LATEST.safeParse(JSON.parse(new TextDecoder().decode(file.bytes)));
    return parsed.success ? parsed.data.name : null;
  } catch {
    return null;
  }
}

/** Whether every file is what the manifest says; null: it is. */
export async function findDamage(place: Place, manifest: Manifest): Promise<string | null> {
  for (const { name, bytes, sha256 } of manifest.files) {
    const file = await place.store.get(place.key(manifest.name, name), FILE_BYTES_MAX);
    if (file.kind === "absent") return `${name} is missing`;
    if (file.kind === "failed") return file.detail;
    if (file.bytes.byteLength !== bytes || hashBytes(file.bytes) !== sha256) {
      return `${name} is not what was written`;
    }
  }
  return null;
}

/** The rows of one part, file by file. Throws if a file that was whole a moment ago is not now. */
export async function* readRows<Part extends RestoredPart>(
  place: Place,
  manifest: Manifest,
  part: Part,
): AsyncGenerator<readonly RestoredRow<Part>[]> {
  for (const { name, sha256 } of manifest.files.filter((each) => each.part === part)) {
    const file = await place.store.get(place.key(manifest.name, name), FILE_BYTES_MAX);
    if (file.kind !== "file" || hashBytes(file.bytes) !== sha256) {
      throw new Error(`${name} changed while it was restored.`);
    }
    const lines = new TextDecoder().decode(file.bytes).split("\n");
    yield lines
      .filter((line) => line !== "")
      .map((line) => ROWS[part].parse(JSON.parse(line)) as RestoredRow<Part>);
  }
}
