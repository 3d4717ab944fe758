// What a coordinator must find again after it was thrown out of memory: the newest version of every
// rendition, the ledger, and whether a higher generation has taken over. SQLite, because a version
// is written before it is shown: the platform holds answers back until writes have arrived.
//
// Texts are cut into rows of at most half a million characters: a value may have 2 MB.

import type { AssemblyPart } from "../../core/contract/live.ts";
import type { NameList } from "../../core/contract/names.ts";
import type { VersionFacts } from "../../core/contract/version.ts";
import type { Assembly } from "./channel-ledger.ts";

const ROW_CHARS = 500_000;
/** Cuts are minutes apart, and a segment is asked for while a window shows it. */
const ASSEMBLIES_MAX = 1_000;
/** Playlists beside the ledger whose names are kept; the oldest go. */
const NAME_LISTS_MAX = 64;

export interface StoredRendition {
  readonly playlist: string;
  readonly seq: number;
  readonly text: string;
  readonly etag: string;
  readonly facts: VersionFacts | null;
  readonly originId: string | null;
  readonly publishedAtMs: number;
}

export interface CoordinatorStore {
  renditions(): readonly StoredRendition[];
  putRendition(rendition: StoredRendition): void;
  /** Names of playlists that are not the ledger's, oldest first. */
  nameLists(): readonly NameList[];
  putNameList(list: NameList): void;
  snapshot(): string | null;
  putSnapshot(text: string): void;
  supersededBy(): number | null;
  putSupersededBy(generation: number): void;
  /** The parts of a segment that is put together from them; null: there is no such. */
  assembly(path: string): readonly AssemblyPart[] | null;
  putAssembly(assembly: Assembly): void;
  timelinesVersion(): number;
  putTimelinesVersion(version: number): void;
}

/** Texts and facts by name. */
function makeTables(sql: SqlStorage) {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS texts (name TEXT, row INTEGER, text TEXT, PRIMARY KEY (name, row))",
  );
  sql.exec("CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, json TEXT)");
  const putText = (name: string, text: string) => {
    const rows = Math.max(1, Math.ceil(text.length / ROW_CHARS));
    for (let row = 0; row < rows; row++) {
      const piece = text.slice(row * ROW_CHARS, (row + 1) * ROW_CHARS);
      sql.exec("INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", name, row, piece);
    }
    sql.exec("DELETE FROM texts WHERE name = ? AND row >= ?", name, rows);
  };
  const readText = (name: string): string | null => {
    const rows = sql
      .exec<{ text: string }>("SELECT text FROM texts WHERE name = ? ORDER BY row", name)
      .toArray();
    return rows.length === 0 ? null : rows.map(({ text }) => text).join("");
  };
  const putFacts = (name: string, facts: unknown) => {
    sql.exec("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, JSON.stringify(facts));
  };
  const readFacts = <T>(name: string): T | null => {
    const row = sql
      .exec<{ json: string }>("SELECT json FROM facts WHERE name = ?", name)
      .toArray()[0];
    return row === undefined ? null : (JSON.parse(row.json) as T);
  };
  /** Names that begin like this, oldest first. */
  const listNames = (prefix: string): readonly string[] => {
    const query = "SELECT name FROM facts WHERE name LIKE ? ORDER BY rowid";
    const rows = sql.exec<{ name: string }>(query, `${prefix}%`).toArray();
    return rows.map(({ name }) => name);
  };
  const drop = (name: string) => {
    sql.exec("DELETE FROM facts WHERE name = ?", name);
    sql.exec("DELETE FROM texts WHERE name = ?", name);
  };
  return { putText, readText, putFacts, readFacts, listNames, drop };
}

/** A store on an object's own SQLite. */
export function makeCoordinatorStore(sql: SqlStorage): CoordinatorStore {
  const { putText, readText, putFacts, readFacts, listNames, drop } = makeTables(sql);
  return {
    renditions() {
      const rows = sql
        .exec<{ name: string; json: string }>("SELECT name, json FROM facts WHERE name LIKE 'r:%'")
        .toArray();
      return rows.flatMap(({ name, json }) => {
        const text = readText(name);
        if (text === null) return [];
        return [{ ...(JSON.parse(json) as Omit<StoredRendition, "text">), text }];
      });
    },
    putRendition({ text, ...facts }) {
      const name = `r:${facts.playlist}`;
      putText(name, text);
      putFacts(name, facts);
    },
    nameLists: () =>
      listNames("n:").flatMap((name) => {
        const text = readText(name);
        return text === null ? [] : [JSON.parse(text) as NameList];
      }),
    putNameList(list) {
      const name = `n:${list.playlist}`;
      // Written anew, it is the youngest.
      drop(name);
      putText(name, JSON.stringify(list));
      putFacts(name, null);
      for (const old of listNames("n:").slice(0, -NAME_LISTS_MAX)) drop(old);
    },
    snapshot: () => readText("ledger"),
    putSnapshot: (text) => putText("ledger", text),
    supersededBy: () => readFacts<number>("superseded-by"),
    putSupersededBy: (generation) => putFacts("superseded-by", generation),
    assembly: (path) => readFacts<readonly AssemblyPart[]>(`a:${path}`),
    putAssembly({ path, parts }) {
      putFacts(`a:${path}`, parts);
      for (const old of listNames("a:").slice(0, -ASSEMBLIES_MAX)) drop(old);
    },
    timelinesVersion: () => readFacts<number>("timelines-version") ?? 0,
    putTimelinesVersion: (version) => putFacts("timelines-version", version),
  };
}
