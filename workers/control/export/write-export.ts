// Makes one export: reads every part page by page and writes it in files of bounded size, the
// manifest last. Runs once a day, and whenever an operator asks for it. A part that cannot be read
// is named in the manifest and does not keep the others from being saved.

import { hashBytes, toBytes } from "../../platform/encoding.ts";
import type { Env } from "../env.ts";
import {
  EXPORT_FORMAT,
  EXPORT_PARTS,
  type ExportFile,
  type ExportPart,
  type Manifest,
} from "./manifest.ts";
import { LATEST_FILE } from "./read-export.ts";
import { readPart } from "./read-part.ts";
import type { ExportPlace } from "./store.ts";

/** A file is held in memory while it is sent. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;

export type Exported =
  | { readonly kind: "exported"; readonly manifest: Manifest }
  | { readonly kind: "failed"; readonly detail: string };

/** Writes everything; the answer tells of a manifest that is stored, or why none is. */
export async function writeExport(
  env: Env,
  place: ExportPlace & { readonly kind: "place" },
  name: string,
  nowMs: number,
): Promise<Exported> {
  const files: ExportFile[] = [];
  const missing: { part: ExportPart; why: string }[] = [];
  for (const part of EXPORT_PARTS) {
    const written = await writePart(env, place, name, part);
    files.push(...written.files);
    if (written.why !== null) missing.push({ part, why: written.why });
    // A storage that refuses one file refuses the next one too.
    if (written.kind === "storage-failed") {
      return { kind: "failed", detail: written.why ?? "the storage failed" };
    }
  }
  const at = new Date(nowMs).toISOString();
  const manifest: Manifest = { format: EXPORT_FORMAT, name, at, missing, files };
  const bytes = toBytes(JSON.stringify(manifest, null, 2));
  const put = (key: string, value: Uint8Array) => place.store.put(key, value, "application/json");
  const why =
    (await put(place.key(name, "manifest.json"), bytes)) ??
    (await put(place.key("", LATEST_FILE), toBytes(JSON.stringify({ name }))));
  return why === null ? { kind: "exported", manifest } : { kind: "failed", detail: why };
}

interface WrittenPart {
  readonly kind: "written" | "unread" | "storage-failed";
  readonly files: readonly ExportFile[];
  readonly why: string | null;
}

async function writePart(
  env: Env,
  place: ExportPlace & { readonly kind: "place" },
  name: string,
  part: ExportPart,
): Promise<WrittenPart> {
  const files: ExportFile[] = [];
  let lines: string[] = [];
  let chars = 0;
  const flush = async (): Promise<string | null> => {
    const fileName = `${part}-${files.length}.jsonl`;
    const bytes = toBytes(lines.map((line) => `${line}\n`).join(""));
    const why = await place.store.put(place.key(name, fileName), bytes, "application/jsonl");
    const sizes = { rows: lines.length, bytes: bytes.byteLength };
    files.push({ part, name: fileName, ...sizes, sha256: hashBytes(bytes) });
    [lines, chars] = [[], 0];
    return why;
  };
  try {
    for await (const row of readPart(env, part)) {
      const line = JSON.stringify(row);
      lines.push(line);
      chars += line.length;
      if (chars < FILE_BYTES_MAX) continue;
      const why = await flush();
      if (why !== null) return { kind: "storage-failed", files, why };
    }
  } catch (error) {
    // Half a part would pass for the whole.
    const why = error instanceof Error ? error.message : String(error);
    return { kind: "unread", files: [], why };
  }
  const why = await flush();
  return { kind: why === null ? "written" : "storage-failed", files, why };
}
