// Reads what a player says of itself (Common Media Client Data, CTA-5004, versions 1 and 2; spec
// section 7.1), so far as it helps to serve it: which objects it will want next, how urgent the
// present one is, and what kind it is. From the query parameter CMCD or the headers CMCD-Request
// and CMCD-Object; if both are there the headers win (M1). All of it is a stranger's word: it is
// read within limits, what does not parse is left out, and nothing here can ever fail a request
// (M8). It does NOT decide what is fetched.

/** One object that a player announces to want. */
export interface CmcdNext {
  /** URI reference, relative to the present request, decoded. */
  readonly reference: string;
  /** `nrr` or `;r=`: the range that it will ask for; null for the whole. */
  readonly range: string | null;
}

export interface CmcdHints {
  readonly next: readonly CmcdNext[];
  /** Buffer starvation or a start: nothing may be put before this request (`bs`, `su`). */
  readonly isUrgent: boolean;
  /** Its buffer ran dry since its last request (`bs`). */
  readonly hasStarved: boolean;
  /** Object type (`ot`): m, a, v, av, i, c, tt, k, o; null if not said. */
  readonly objectType: string | null;
}

/** Longest data that are looked at; players send a few hundred characters. */
export const CMCD_CHARS_MAX = 4_096;
/** Objects of one request that are looked at; v2 allows a list of any length. */
export const CMCD_NEXT_MAX = 8;

const NOTHING: CmcdHints = {
  next: [],
  isUrgent: false,
  hasStarved: false,
  objectType: null,
};

export interface CmcdSources {
  /** The raw query of the request. */
  readonly query: string;
  readonly requestHeader: string | null;
  readonly objectHeader: string | null;
  readonly statusHeader: string | null;
}

/** Reads the hints of one request. */
export function parseCmcd(sources: CmcdSources): CmcdHints {
  const { requestHeader, objectHeader, statusHeader, query } = sources;
  const headers = [requestHeader, objectHeader, statusHeader].filter((text) => text !== null);
  const text = headers.length > 0 ? headers.join(",") : readParameter(query);
  if (text === null || text.length > CMCD_CHARS_MAX) return NOTHING;
  const members = readMembers(text);
  const type = members.get("ot");
  return {
    next: toNext(members),
    hasStarved: isSet(members.get("bs")),
    isUrgent: isSet(members.get("bs")) || isSet(members.get("su")),
    objectType: type?.kind === "token" && /^[a-z]{1,2}$/.test(type.text) ? type.text : null,
  };
}

function readParameter(query: string): string | null {
  const pair = query.split("&").find((each) => each.startsWith("CMCD="));
  return pair === undefined ? null : decode(pair.slice(5));
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

interface Item {
  readonly text: string;
  /** `;r="..."`, in lists of version 2. */
  readonly range: string | null;
}

type Member =
  | { readonly kind: "flag" }
  | { readonly kind: "token"; readonly text: string }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly Item[] };

function isSet(member: Member | undefined): boolean {
  if (member === undefined) return false;
  return member.kind === "flag" || (member.kind === "token" && member.text === "?1");
}

const STRING = '"((?:[^"\\\\]|\\\\["\\\\])*)"';
/** key, then nothing, ="string", =(list) or =token; up to the next comma. */
const MEMBER = new RegExp(
  `([a-z*][a-z0-9_.*-]*)(?:=(?:${STRING}|\\(([^()]*)\\)|([^,;"()]*)))?(?:;[^,]*)?(?:,\\s*|$)`,
  "y",
);
const LISTED = new RegExp(
  `\\s*${STRING}((?:;[a-z*][a-z0-9_.*-]*(?:=(?:${STRING}|[^;"\\s]*))?)*)`,
  "y",
);
const RANGE = new RegExp(`;r=${STRING}`);

/** Members in order; reading ends at the first place that is none, and what came before counts. */
function readMembers(text: string): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>();
  MEMBER.lastIndex = 0;
  const trimmed = text.trim();
  for (let match = MEMBER.exec(trimmed); match !== null; match = MEMBER.exec(trimmed)) {
    const [whole, key = "", string, list, token] = match;
    if (string !== undefined) members.set(key, { kind: "string", text: toPlain(string) });
    else if (list !== undefined) members.set(key, { kind: "list", items: readList(list) });
    else if (token !== undefined) members.set(key, { kind: "token", text: token.trim() });
    else members.set(key, { kind: "flag" });
    if (whole === "" || MEMBER.lastIndex >= trimmed.length) break;
  }
  return members;
}

function readList(text: string): readonly Item[] {
  const items: Item[] = [];
  LISTED.lastIndex = 0;
  for (let match = LISTED.exec(text); match !== null; match = LISTED.exec(text)) {
    const [, string = "", parameters = ""] = match;
    const range = RANGE.exec(parameters)?.[1] ?? null;
    items.push({ text: toPlain(string), range });
    if (items.length >= CMCD_NEXT_MAX) break;
  }
  return items;
}

function toPlain(string: string): string {
  return string.replace(/\\(["\\])/g, "$1");
}

/** `nor` is a string in version 1, itself URL-encoded (M4), and a list in version 2 (M5). */
function toNext(members: ReadonlyMap<string, Member>): readonly CmcdNext[] {
  const nor = members.get("nor");
  const nrr = members.get("nrr");
  const range = nrr?.kind === "string" ? nrr.text : null;
  if (nor?.kind === "list") {
    return nor.items.map(({ text, range: own }) => ({ reference: text, range: own }));
  }
  if (nor?.kind === "string") {
    const reference = decode(nor.text);
    return reference === null || reference === "" ? [] : [{ reference, range }];
  }
  // A range without an object is a range of the present one.
  return range === null ? [] : [{ reference: "", range }];
}
