// One hostile request from a seed and a number: where it goes, what it asks for and with what. Each
// depends on both and on nothing else but the names of the run, so that one can be sent again. Half
// aim at names that somebody honest will ask for later, with nothing wrong in their path: these are
// the ones that poison caches.

import { type Chance, makeChance } from "../fuzz-inputs.ts";
import { BODIES, BROKEN, HEADERS, METHODS, PATH_PIECES, QUERY_PIECES } from "./hostile-words.ts";

/** What a run's requests may speak of. */
export interface HostileWorld {
  /** Paths at the edge that clean visitors will ask for. */
  readonly edgePaths: readonly string[];
  /** Paths of the control worker. */
  readonly controlPaths: readonly string[];
  /** Behind a token. */
  readonly guardedPaths: readonly string[];
  /** Right tokens for the guarded channel. */
  readonly tokens: readonly string[];
  /** A bearer token of the API with every scope. */
  readonly bearer: string;
  /** Host and port that nobody may ask, and a URL there. */
  readonly canaryHost: string;
  readonly canaryUrl: string;
}

export interface HostileRequest {
  readonly to: "edge" | "control";
  readonly method: string;
  readonly target: string;
  /** All of it, as it is sent; letters are bytes. */
  readonly bytes: string;
  /** Whether the frame of HTTP is broken on purpose, so that nothing more follows on it. */
  readonly isBroken: boolean;
  /** Whether a right token is in it. */
  readonly isEntitled: boolean;
}

/** Request number `index` of the run `seed`. */
export function makeHostile(seed: number, index: number, world: HostileWorld): HostileRequest {
  const chance = makeChance(seed, index);
  const fill = (text: string) => fillIn(text, world, chance);
  if (chance.under(60) === 0) return makeBroken(chance, world, fill);
  if (chance.under(6) === 0) return makeForControl(chance, world, fill);
  return makeForEdge(chance, world, fill);
}

type Fill = (text: string) => string;

/** Tokens are right, nearly right, or none. */
function fillIn(text: string, world: HostileWorld, chance: Chance): string {
  return text
    .replaceAll("{canary}", world.canaryUrl)
    .replaceAll("{host}", world.canaryHost)
    .replaceAll("{token}", () => damage(chance.pick(world.tokens), chance));
}

/** A token with one letter changed, one left out or its end cut off. */
function damage(token: string, chance: Chance): string {
  const at = chance.under(token.length);
  const letter = chance.pick(["A", "_", "9", "-", ".", "=", "%41"]);
  const by = token.charAt(at) === letter ? "Q" : letter;
  return chance.pick([
    token.slice(0, at) + by + token.slice(at + 1),
    token.slice(0, at) + token.slice(at + 1),
    token.slice(0, at),
    `${token}.${token}`,
  ]);
}

function makeForEdge(chance: Chance, world: HostileWorld, fill: Fill): HostileRequest {
  const isGuarded = chance.under(5) === 0;
  let path = chance.pick(isGuarded ? world.guardedPaths : world.edgePaths);
  const isEntitled = isGuarded && chance.under(3) === 0;
  const token = chance.pick(world.tokens);
  if (isEntitled) path = `/~${token}${path}`;
  else if (chance.under(8) === 0) path = `/~${damage(token, chance)}${path}`;
  const turns = chance.under(2) === 0 ? 0 : 1 + chance.under(3);
  for (let turn = 0; turn < turns; turn++) path = twist(path, chance, fill);
  const method = chance.under(3) === 0 ? chance.pick(METHODS) : "GET";
  const target = toTarget(path) + toQuery(chance, fill);
  const headers = toHeaders(chance, fill);
  const body = method === "GET" && chance.under(10) > 0 ? null : toBody(method, chance, fill);
  return toRequest({ to: "edge", method, target, headers, body, isEntitled });
}

function makeForControl(chance: Chance, world: HostileWorld, fill: Fill): HostileRequest {
  let path = chance
    .pick(world.controlPaths)
    .replaceAll(/\{\w+\}/g, () =>
      chance.pick(["1", "open", "a", "x".repeat(70), "%00", "..", "-1"]),
    );
  if (chance.under(3) === 0) path = twist(path, chance, fill);
  const method = chance.pick(METHODS);
  const headers = [...toHeaders(chance, fill)];
  if (chance.under(2) === 0) headers.push(["authorization", `Bearer ${world.bearer}`]);
  if (chance.under(2) === 0) headers.push(["if-match", chance.pick(["*", '"1"', '"99"', "x"])]);
  const target = toTarget(path) + toQuery(chance, fill);
  // An empty catalog is a catalog: who may apply it, may.
  const body = method === "PUT" ? fill("{{token}") : toBody(method, chance, fill);
  return toRequest({ to: "control", method, target, headers, body, isEntitled: false });
}

function makeBroken(chance: Chance, world: HostileWorld, fill: Fill): HostileRequest {
  const path = chance.pick([...world.edgePaths, "/internal"]);
  const bytes = fill(chance.pick(BROKEN).replaceAll("{path}", path));
  const to = chance.under(5) === 0 ? "control" : "edge";
  const facts = { isBroken: true, isEntitled: false };
  return { to, method: "?", target: path, bytes, ...facts };
}

/** One turn of a path: a piece put in, a part taken out, doubled or written otherwise. */
function twist(path: string, chance: Chance, fill: Fill): string {
  const parts = path.split("/");
  const at = chance.under(parts.length + 1);
  switch (chance.under(6)) {
    case 0:
      return parts.toSpliced(at, 0, fill(chance.pick(PATH_PIECES))).join("/");
    case 1:
      return parts.toSpliced(at, 1).join("/");
    case 2:
      return parts.toSpliced(at, 0, chance.pick(parts)).join("/");
    case 3: {
      const cut = chance.under(path.length + 1);
      return path.slice(0, cut) + fill(chance.pick(PATH_PIECES)) + path.slice(cut);
    }
    case 4: {
      const code = path.charCodeAt(chance.under(path.length)) || 47;
      const letter = `%${code.toString(16).padStart(2, "0")}`;
      return path.replace(String.fromCharCode(code), letter);
    }
    default:
      return path.slice(0, chance.under(path.length + 1));
  }
}

/** What can stand in a request line: no blanks, no control letters, one byte each. */
function toTarget(path: string): string {
  const line = Buffer.from(path, "utf8").toString("latin1");
  const plain = line.replace(/[\u0000-\u0020\u007f]/g, "%20");
  return plain.startsWith("/") ? plain : `/${plain}`;
}

function toQuery(chance: Chance, fill: Fill): string {
  if (chance.under(2) === 0) return "";
  const count = 1 + chance.under(3);
  const pieces = Array.from({ length: count }, () => fill(chance.pick(QUERY_PIECES)));
  return toTarget(`/?${pieces.join("&")}`).slice(1);
}

function toHeaders(chance: Chance, fill: Fill): readonly (readonly [string, string])[] {
  const count = chance.under(5);
  return Array.from({ length: count }, () => {
    const [name, value] = chance.pick(HEADERS);
    return [name, fill(value)] as const;
  });
}

function toBody(method: string, chance: Chance, fill: Fill): string | null {
  if (method === "HEAD" || chance.under(3) === 0) return null;
  return Buffer.from(fill(chance.pick(BODIES)), "utf8").toString("latin1");
}

interface Parts {
  readonly to: "edge" | "control";
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | null;
  readonly isEntitled: boolean;
}

/** The frame is right: lengths are, and there is one Host. */
function toRequest({ to, method, target, headers, body, isEntitled }: Parts): HostileRequest {
  const named = headers.filter(([name]) => name === "host");
  const others = headers.filter(([name]) => name !== "host" && name !== "upgrade");
  const lines = [["host", named[0]?.[1] ?? "edge"], ...others];
  if (body !== null) lines.push(["content-length", String(body.length)]);
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const bytes = `${method} ${target} HTTP/1.1\r\n${head}\r\n${body ?? ""}`;
  return { to, method, target, bytes, isBroken: false, isEntitled };
}
