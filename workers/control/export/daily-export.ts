// The daily export, called by the platform's clock (`[triggers]` in wrangler.toml). It stands in
// the audit like an operator's, so that its absence can be seen; without a place to write to there
// is none.

import { readClockMs } from "../../platform/clock.ts";
import { makeLog } from "../../platform/log.ts";
import { askMain } from "../api/ask-object.ts";
import type { Env } from "../env.ts";
import { toExportName } from "./manifest.ts";
import { toExportPlace } from "./store.ts";
import { writeExport } from "./write-export.ts";

/** Writes today's export. Rejects if it could not be written, so that the platform counts it. */
export async function runDailyExport(env: Env): Promise<void> {
  const place = toExportPlace(env);
  if (place.kind === "missing") return;
  const id = crypto.randomUUID();
  const nowMs = readClockMs();
  const opening = { id, actor: "daily", via: "schedule", action: "writeExport" };
  await askMain(env.AUDIT, (audit) => audit.open({ ...opening, target: place.words }));
  const exported = await writeExport(env, place, toExportName(nowMs, id), nowMs);
  const isDone = exported.kind === "exported";
  const after = isDone ? JSON.stringify(toSummary(exported.manifest)) : null;
  const reason = isDone ? null : exported.detail;
  const outcome = isDone ? "done" : "refused";
  await askMain(env.AUDIT, (audit) =>
    audit.close(id, { outcome, reason, target: null, before: null, after }),
  );
  if (isDone) return;
  makeLog(undefined).error("daily export failed", { why: exported.detail });
  throw new Error(`The daily export failed: ${exported.detail}.`);
}

/** What an audit and an answer say of an export. */
export function toSummary(manifest: {
  readonly name: string;
  readonly at: string;
  readonly files: readonly {
    readonly part: string;
    readonly rows: number;
    readonly bytes: number;
  }[];
  readonly missing: readonly { readonly part: string; readonly why: string }[];
}) {
  const { name, at, files, missing } = manifest;
  const rows: Record<string, number> = {};
  for (const file of files) rows[file.part] = (rows[file.part] ?? 0) + file.rows;
  return { name, at, rows, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), missing };
}
