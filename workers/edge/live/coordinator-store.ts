// What a coordinator must find again after it was thrown out of memory: the newest version of every
// rendition, the ledger, and whether a higher generation has taken over. SQLite, because a version
// is written before it is shown: the platform holds answers back until writes have arrived.

import type { AssemblyPart } from "../../core/contract/live.ts";
import type { NameList } from "../../core/contract/names.ts";
import type { VersionFacts } from "../../core/contract/version.ts";
import type { Assembly } from "./channel-ledger.ts";
import { makeStoreTables } from "./store-tables.ts";

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

/** A store on an object's own SQLite. */
export function makeCoordinatorStore(sql: SqlStorage): CoordinatorStore {
  const tables = makeStoreTables(sql);
  return {
    renditions: () =>
      tables.names("r:").flatMap((name) => {
        const text = tables.text(name);
        const facts = tables.facts<Omit<StoredRendition, "text">>(name);
        return text === null || facts === null ? [] : [{ ...facts, text }];
      }),
    putRendition({ text, ...facts }) {
      const name = `r:${facts.playlist}`;
      tables.putText(name, text);
      tables.putFacts(name, facts);
    },
    nameLists: () =>
      tables.names("n:").flatMap((name) => {
        const text = tables.text(name);
        return text === null ? [] : [JSON.parse(text) as NameList];
      }),
    putNameList(list) {
      const name = `n:${list.playlist}`;
      // Written anew, it is the youngest.
      tables.drop(name);
      tables.putText(name, JSON.stringify(list));
      tables.putFacts(name, null);
      for (const old of tables.names("n:").slice(0, -NAME_LISTS_MAX)) tables.drop(old);
    },
    snapshot: () => tables.text("ledger"),
    putSnapshot: (text) => tables.putText("ledger", text),
    supersededBy: () => tables.facts<number>("superseded-by"),
    putSupersededBy: (generation) => tables.putFacts("superseded-by", generation),
    assembly: (path) => tables.facts<readonly AssemblyPart[]>(`a:${path}`),
    putAssembly({ path, parts }) {
      tables.putFacts(`a:${path}`, parts);
      for (const old of tables.names("a:").slice(0, -ASSEMBLIES_MAX)) tables.drop(old);
    },
    timelinesVersion: () => tables.facts<number>("timelines-version") ?? 0,
    putTimelinesVersion: (version) => tables.putFacts("timelines-version", version),
  };
}
