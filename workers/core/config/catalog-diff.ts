// What a new catalog would change: rows added, removed and changed, setting by setting. For people
// who look before they apply, and for the audit, where "version 7 -> 8" says nothing to whoever
// asks in a month. Compares the read form, in which every default is filled in: spelling, order of
// keys and comments make no difference. Knows no table by name, so that a new one shows by itself.
//
// It does NOT say what a change does to viewers; infra/docs/catalog.md does ("Applying it").

import type { Catalog } from "./catalog.ts";

export interface SettingChange {
  /** Below the row: "policy.replicas", "origins[1].prefix". */
  readonly setting: string;
  /** Absent before: undefined is null here. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface CatalogChange {
  /** "origins", "channels", ...; a table that stands once, like "probe", has no id. */
  readonly table: string;
  readonly id: string | null;
  readonly change: "added" | "removed" | "changed";
  /** Of changed rows only. */
  readonly settings: readonly SettingChange[];
}

type Json = Readonly<Record<string, unknown>>;

/** Compares two catalogs, table by table; null is a catalog without anything. */
export function toCatalogChanges(before: Catalog | null, after: Catalog): readonly CatalogChange[] {
  const [old, now] = [(before ?? {}) as Json, after as unknown as Json];
  const tables = [...new Set([...Object.keys(now), ...Object.keys(old)])];
  return tables.flatMap((table) => {
    const [from, to] = [old[table], now[table]];
    if (Array.isArray(from ?? to)) return toRowChanges(table, from, to);
    const settings = toSettingChanges("", from, to);
    if (settings.length === 0) return [];
    const change = from === undefined ? "added" : to === undefined ? "removed" : "changed";
    return [{ table, id: null, change, settings: change === "changed" ? settings : [] } as const];
  });
}

function toRowChanges(table: string, from: unknown, to: unknown): readonly CatalogChange[] {
  const [old, now] = [toRows(from), toRows(to)];
  const ids = [...new Set([...now.keys(), ...old.keys()])];
  return ids.flatMap((id): CatalogChange[] => {
    const [a, b] = [old.get(id), now.get(id)];
    if (a === undefined) return [{ table, id, change: "added", settings: [] }];
    if (b === undefined) return [{ table, id, change: "removed", settings: [] }];
    const settings = toSettingChanges("", a, b);
    return settings.length === 0 ? [] : [{ table, id, change: "changed", settings }];
  });
}

/** Rows by what they are called: an id, a host's alias, or else their place in the list. */
function toRows(list: unknown): ReadonlyMap<string, unknown> {
  const rows: readonly unknown[] = Array.isArray(list) ? list : [];
  return new Map(
    rows.map((row, index) => {
      const { id, alias } = (typeof row === "object" && row !== null ? row : {}) as Json;
      return [typeof id === "string" ? id : typeof alias === "string" ? alias : `${index}`, row];
    }),
  );
}

function toSettingChanges(path: string, a: unknown, b: unknown): readonly SettingChange[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  if (!isBranch(a) || !isBranch(b) || Array.isArray(a) !== Array.isArray(b)) {
    return [{ setting: path, before: a ?? null, after: b ?? null }];
  }
  const isList = Array.isArray(a);
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) => {
    const step = isList ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    return toSettingChanges(step, (a as Json)[key], (b as Json)[key]);
  });
}

function isBranch(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
