// The rules of a catalog that need more than one field at a time: ids used twice, origins that
// nobody declared, IP addresses, reserved aliases. For read-catalog.ts, beside the schema.
//
// Works on the raw document and passes over whatever has the wrong shape (the schema complains
// about that), so that a file with both kinds of mistakes hears of all of them at once.

import { isHostAlias } from "../route/asset-path.ts";
import { ID_FORM } from "./catalog-schema.ts";
import { toHint } from "./hint.ts";
import { isIpAddress } from "./place-faults.ts";
import type { TomlPath } from "./toml-lines.ts";

export interface CatalogRules {
  /** Only the local stack allows IP addresses: Cloudflare's fetch refuses them. */
  readonly allowIpOrigins: boolean;
}

export interface CatalogComplaint {
  readonly path: TomlPath;
  /** What is wrong and what to do, to be read after the place. */
  readonly message: string;
}

/** A text of the document, and where it stands. */
interface Word {
  readonly path: TomlPath;
  readonly text: string;
}

/** Complaints in the order of the tables; `lineOf` tells where the first of two equals stands. */
export function checkCatalog(
  document: unknown,
  rules: CatalogRules,
  lineOf: (path: TomlPath) => number,
): readonly CatalogComplaint[] {
  const originIds = toWords(document, "origins", "id");
  const aliases = toWords(document, "hosts", "alias");
  return [
    ...findRepeated(originIds, lineOf),
    ...findRepeated(toWords(document, "channels", "id"), lineOf),
    ...findRepeated(aliases, lineOf),
    ...findRepeated(toWords(document, "issuers", "id"), lineOf),
    ...findAuthFaults(document),
    ...findRepeated(toWords(document, "hosts", "pathway"), lineOf),
    ...findRepeated(toWords(document, "contacts", "id"), lineOf),
    ...findPathwayFaults(document),
    ...(rules.allowIpOrigins ? [] : findIpAddresses(document)),
    ...findUnknownOrigins(document, originIds),
    ...aliases
      .filter(({ text }) => ID_FORM.test(text) && !isHostAlias(text))
      .map(({ path, text }) => ({
        path,
        message: `"${text}" is reserved in viewer URLs; choose another`,
      })),
  ];
}

function findRepeated(words: readonly Word[], lineOf: (path: TomlPath) => number) {
  return words.flatMap(({ path, text }, index): CatalogComplaint[] => {
    const first = words.findIndex((word) => word.text === text);
    const firstPath = words[first]?.path;
    if (first === index || firstPath === undefined) return [];
    const line = lineOf(firstPath);
    return [{ path, message: `"${text}" is used twice; the first is at line ${line}` }];
  });
}

function findIpAddresses(document: unknown): CatalogComplaint[] {
  const message = "names an IP address; use a host name, Cloudflare fetches nothing else";
  return [
    ...toWords(document, "origins", "url"),
    ...toWords(document, "origins", "endpoint"),
    ...toWords(document, "hosts", "url"),
    ...toWords(document, "contacts", "url"),
  ]
    .filter(({ text }) => isIpAddress(text))
    .map(({ path }) => ({ path, message }));
}

/**
 * Players replace nothing but the host's name (RFC 8216bis section 7.3; hls.js and Shaka Player
 * keep scheme and port), so pathways must agree on the rest, and one alone leads nowhere.
 */
function findPathwayFaults(document: unknown): CatalogComplaint[] {
  const pathways = toTables(document, "hosts").filter(({ table }) => "pathway" in table);
  const urls = pathways.flatMap(({ path, table: { url } }): Word[] =>
    typeof url === "string" ? [{ path: [...path, "url"], text: url }] : [],
  );
  const toParts = (url: string) => /^(https?:)\/\/[^/:]*(:\d+)?(.*)$/.exec(url)?.slice(1) ?? [];
  const [scheme, port] = toParts(urls[0]?.text ?? "");
  return [
    ...urls.flatMap(({ path, text }): CatalogComplaint[] => {
      const [ownScheme, ownPort, rest] = toParts(text);
      if (ownScheme === undefined) return [];
      if (rest !== "" && rest !== "/") {
        return [{ path, message: "of a pathway must be a host alone, like https://b.example" }];
      }
      const isAlike = ownScheme === scheme && ownPort === port;
      const message = "must have the scheme and port of the other pathways; players keep them";
      return isAlike ? [] : [{ path, message }];
    }),
    ...toTables(document, "channels").flatMap(({ path, table: { policy } }): CatalogComplaint[] => {
      if (!isTable(policy) || policy["steering"] !== true || pathways.length > 1) return [];
      const message = "needs at least two [[hosts]] with a pathway to choose from";
      return [{ path: [...path, "policy", "steering"], message }];
    }),
  ];
}

function findUnknownOrigins(document: unknown, originIds: readonly Word[]): CatalogComplaint[] {
  // An origin whose id cannot be read may be the one that is meant.
  if (toElements(toRoot(document)["origins"], []).length > originIds.length) return [];
  if (!Array.isArray(toRoot(document)["origins"] ?? [])) return [];
  const known = originIds.map(({ text }) => text);
  const remedy = (id: string) => toHint(id, known) || "; the file has no [[origins]]";
  const check = ({ path, text }: Word): CatalogComplaint[] =>
    known.includes(text) ? [] : [{ path, message: `"${text}" is not an origin${remedy(text)}` }];
  return toTables(document, "channels").flatMap(({ path, table }) => {
    const places = toElements(table["origins"], [...path, "origins"]);
    const members = places.flatMap(({ path, value }) => toPlaceWord(value, path));
    return [
      ...members.flatMap(check),
      ...places.flatMap(({ path, value }) =>
        isTable(value) ? toPlaceWord(value["segments"], [...path, "segments"]).flatMap(check) : [],
      ),
      ...members
        .filter(({ text }, index) => members.findIndex((word) => word.text === text) !== index)
        .map(({ path, text }) => ({
          path,
          message: `"${text}" is listed twice in this channel; leave one out`,
        })),
    ];
  });
}

/** The id of a place, written alone or in a table. */
function toPlaceWord(value: unknown, path: TomlPath): Word[] {
  if (typeof value === "string") return [{ path, text: value }];
  const id = isTable(value) ? value["id"] : undefined;
  return typeof id === "string" ? [{ path, text: id }] : [];
}

type Table = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toElements(value: unknown, path: TomlPath) {
  if (!Array.isArray(value)) return [];
  return value.map((element: unknown, index) => ({ path: [...path, index], value: element }));
}

function toRoot(document: unknown): Table {
  return isTable(document) ? document : {};
}

function toTables(document: unknown, name: string) {
  return toElements(toRoot(document)[name], [name]).flatMap(({ path, value }) =>
    isTable(value) ? [{ path, table: value }] : [],
  );
}

function toWords(document: unknown, name: string, key: string): Word[] {
  return toTables(document, name).flatMap(({ path, table }) => {
    const text = table[key];
    return typeof text === "string" ? [{ path: [...path, key], text }] : [];
  });
}

/** A channel behind tokens needs somebody who can make them, and one behind countries a list. */
function findAuthFaults(document: unknown): CatalogComplaint[] {
  const known = toWords(document, "issuers", "id").map(({ text }) => text);
  return toTables(document, "channels").flatMap(({ path, table }) => {
    const policy = toRoot(table["policy"]);
    const { auth, issuers, countries } = policy;
    const place = [...path, "policy"];
    const isGuarded = auth === "token" || auth === "token+geo";
    const named = toElements(issuers, [...place, "issuers"]);
    const strange = named.flatMap(({ path, value }) =>
      typeof value !== "string" || known.includes(value)
        ? []
        : [{ path, message: `"${value}" is not an issuer${toHint(value, known)}` }],
    );
    const isUnsigned = isGuarded && (issuers === undefined || named.length === 0);
    const hasCountries = Array.isArray(countries) && countries.length > 0;
    return [
      ...strange,
      ...(isUnsigned
        ? [{ path: [...place, "auth"], message: 'needs issuers = ["..."], or nobody could watch' }]
        : []),
      ...(auth === "token+geo" && !hasCountries
        ? [{ path: [...place, "auth"], message: 'needs countries = ["..."]; or use "token"' }]
        : []),
      ...(auth !== "token+geo" && hasCountries
        ? [{ path: [...place, "countries"], message: 'is only heeded with auth = "token+geo"' }]
        : []),
    ];
  });
}
