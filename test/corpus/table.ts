// The corpus as one table: every playlist written for this project or printed by a real packager,
// with what it exercises and the facts that any reader must agree on. The same rows drive the
// decode test, the encode test, the differential tests and the fuzzer's seeds. `found` rows are
// inputs that the fuzzer once failed on; they are kept for ever and promise only that nothing
// throws.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface CorpusRow {
  /** Path below test/corpus. */
  readonly file: string;
  readonly kind: "media" | "multivariant";
  /** What the playlist says, counted by hand or by another reader; see factNames. */
  readonly facts: ReadonlyMap<string, string>;
  readonly exercises: string;
  readonly text: string;
}

export const factNames = {
  media: ["segments", "skipped", "msn", "dsn", "cuts", "parts", "millis", "ended", "version"],
  multivariant: ["variants", "renditions", "iframes", "images", "version"],
} as const;

const root = import.meta.dirname;

/** Reads index.tsv and the files it names. */
export function readCorpus(): readonly CorpusRow[] {
  const [head, ...lines] = readFileSync(join(root, "index.tsv"), "utf8").trimEnd().split("\n");
  if (head !== "file\tkind\tfacts\texercises") throw new Error(`index.tsv begins: ${head}`);
  return lines.map((line) => {
    const [file = "", kind, facts = "", exercises = ""] = line.split("\t");
    if (kind !== "media" && kind !== "multivariant") throw new Error(`Bad row: ${line}`);
    const pairs = facts.split(" ").map((fact): [string, string] => {
      const [name = "", value = ""] = fact.split("=");
      return [name, value];
    });
    const text = readFileSync(join(root, file), "utf8");
    return { file, kind, facts: new Map(pairs), exercises, text };
  });
}

/** Files on disk that the index should name. */
export function listCorpusFiles(): readonly string[] {
  return ["playlists", "packagers"].flatMap((folder) => {
    return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
  });
}

/** Found inputs whose bug is not mended yet: remove the line together with the bug. */
const openFindings: ReadonlySet<string> = new Set([]);

export interface FoundInput {
  readonly file: string;
  readonly text: string;
  /** True while the bug is there. */
  readonly open: boolean;
}

/** Inputs that once failed, by file name. */
export function readFoundInputs(): readonly FoundInput[] {
  const folder = join(root, "found");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".m3u8"))
    .map((name) => ({
      file: `found/${name}`,
      text: readFileSync(join(folder, name), "utf8"),
      open: openFindings.has(name),
    }));
}
