// One client of the control API: sends requests with the token, and gives back the answer or the
// failure to show. POSTs carry a key (Idempotency-Key), so that asking again after a lost answer
// orders nothing twice. Trusts the forms of the API's answers: both are of one repository.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isLoopback, type Settings } from "../config/settings.ts";
import { EXIT, type Failure, toFailure } from "../ending.ts";
import { type RawAnswer, toHttpFailure, toNetworkFailure } from "./problem.ts";

export interface Answer<Body> {
  readonly kind: "answer";
  readonly status: number;
  /** Parsed JSON; the text, if it is of another type; null without one. */
  readonly body: Body;
  readonly header: (name: string) => string | null;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface Sending {
  readonly json?: unknown;
  readonly toml?: string;
  /** Version of the catalog that a change was written against, or "*". */
  readonly ifMatch?: string;
}

export interface Client {
  readonly settings: Settings;
  /** `path` is below /api/v1. */
  get<Body>(path: string, query?: Query): Promise<Answer<Body> | Failure>;
  send<Body>(
    method: "POST" | "PUT" | "DELETE",
    path: string,
    sending?: Sending,
  ): Promise<Answer<Body> | Failure>;
  /** What control tells everybody: the edge's address, and the local stack's token. */
  readPublicConfig(): Promise<PublicConfig | null>;
}

export interface PublicConfig {
  readonly edge: string;
  readonly token: string | null;
}

const API = "/api/v1";
const TRIES_MAX = 3;
const RETRY_AFTER_MS_MAX = 10_000;
const RETRY_MS = 400;
/** Failures before anything was sent, and those that asking again does not mend. */
const FINAL_CODES = /^(ECONNREFUSED|ENOTFOUND|CERT_|ERR_TLS|DEPTH_ZERO|timeout$)/;

/** The client of one run. */
export function makeClient(settings: Settings): Client {
  const link: Link = { settings, token: null };
  return {
    settings,
    get: (path, query = {}) => ask(link, "GET", path + printQuery(query), {}),
    send: (method, path, sending = {}) => ask(link, method, path, sending),
    readPublicConfig: () => readPublicConfig(settings),
  };
}

interface Link {
  readonly settings: Settings;
  /** Looked up with the first request. */
  token: Promise<string | null> | null;
}

/** The configured token; for a stack on this machine, the one that it shows everybody. */
async function findToken({
  token,
  url,
  timeoutSeconds,
  ...rest
}: Settings): Promise<string | null> {
  if (token.value !== null || !isLoopback(url.value)) return token.value;
  const settings = { token, url, timeoutSeconds, ...rest };
  return (await readPublicConfig(settings))?.token ?? null;
}

async function readPublicConfig({ url, timeoutSeconds }: Settings): Promise<PublicConfig | null> {
  try {
    const response = await fetch(`${url.value}/console/config.json`, {
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutSeconds.value * 1_000),
    });
    if (!response.ok) return null;
    const { edge, token } = (await response.json()) as Readonly<Record<string, unknown>>;
    if (typeof edge !== "string") return null;
    return { edge, token: typeof token === "string" ? token : null };
  } catch {
    return null;
  }
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

async function ask<Body>(
  link: Link,
  method: Method,
  path: string,
  sending: Sending,
): Promise<Answer<Body> | Failure> {
  link.token ??= findToken(link.settings);
  const init = toInit(method, await link.token, sending);
  const isRepeatable = method === "GET" || method === "POST";
  for (let tries = 1; ; tries += 1) {
    const reply = await once<Body>(link.settings, path, init);
    const isLast = !isRepeatable || tries === TRIES_MAX;
    if (reply.kind === "answer" || reply.waitMs === null || isLast) {
      return reply.kind === "answer" ? reply : reply.failure;
    }
    await sleep(reply.waitMs === 0 ? RETRY_MS * tries : reply.waitMs);
  }
}

function toInit(method: Method, token: string | null, sending: Sending): RequestInit {
  const headers: Record<string, string> = { accept: "*/*", "user-agent": "weir-cli" };
  if (token !== null) headers["authorization"] = `Bearer ${token}`;
  if (method === "POST") headers["idempotency-key"] = `"${randomUUID()}"`;
  if (sending.ifMatch !== undefined) {
    headers["if-match"] = sending.ifMatch === "*" ? "*" : `"${sending.ifMatch}"`;
  }
  const init = { method, headers, redirect: "manual" } as const;
  if (sending.toml !== undefined) {
    return {
      ...init,
      headers: { ...headers, "content-type": "application/toml" },
      body: sending.toml,
    };
  }
  if (sending.json === undefined) return init;
  const body = JSON.stringify(sending.json);
  return { ...init, headers: { ...headers, "content-type": "application/json" }, body };
}

interface Missed {
  readonly kind: "missed";
  readonly failure: Failure;
  /** When to ask again; 0: soon; null: not at all. */
  readonly waitMs: number | null;
}

async function once<Body>(
  { url, timeoutSeconds }: Settings,
  path: string,
  init: RequestInit,
): Promise<Answer<Body> | Missed> {
  const target = `${url.value}${API}${path}`;
  try {
    const signal = AbortSignal.timeout(timeoutSeconds.value * 1_000);
    const response = await fetch(target, { ...init, signal });
    const text = await response.text();
    const contentType = response.headers.get("content-type") ?? "";
    const header = (name: string) => response.headers.get(name);
    if (!response.ok) {
      const { status } = response;
      const raw: RawAnswer = {
        url: target,
        status,
        contentType,
        location: header("location"),
        text,
      };
      return {
        kind: "missed",
        failure: toHttpFailure(raw),
        waitMs: toWaitMs(status, text, header),
      };
    }
    if (text === "") return { kind: "answer", status: response.status, body: null as Body, header };
    if (!/json\b/.test(contentType)) {
      if (!/^(application\/toml|text\/markdown)\b/.test(contentType)) return strange(target);
      return { kind: "answer", status: response.status, body: text as Body, header };
    }
    return { kind: "answer", status: response.status, body: JSON.parse(text) as Body, header };
  } catch (error) {
    if (error instanceof SyntaxError) return strange(target);
    const code = toCode(error, timeoutSeconds.value);
    const setting = { source: url.source, isLoopback: isLoopback(url.value) };
    const failure = toNetworkFailure(url.value, code.words, setting);
    return { kind: "missed", failure, waitMs: FINAL_CODES.test(code.name) ? null : 0 };
  }
}

function strange(target: string): Missed {
  const what = `${target} answers with something else than JSON.`;
  const remedy = "Is this the address of a control worker? `weir config` shows where it is from.";
  const title = "What answers is no Weir control API.";
  return {
    kind: "missed",
    failure: toFailure(EXIT.unreachable, title, what, remedy),
    waitMs: null,
  };
}

function toWaitMs(
  status: number,
  text: string,
  header: (name: string) => string | null,
): number | null {
  const isBusy = status === 429 || status === 503 || text.includes("urn:weir:problem:key-running");
  if (!isBusy) return null;
  const seconds = Number(header("retry-after") ?? "0");
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : 0;
  return ms > RETRY_AFTER_MS_MAX ? null : ms;
}

function toCode(error: unknown, timeoutSeconds: number) {
  if ((error as Error).name === "TimeoutError") {
    return { name: "timeout", words: `no answer within ${timeoutSeconds} s (--timeout)` };
  }
  const cause = (error as { readonly cause?: { readonly code?: string; errors?: unknown[] } })
    .cause;
  const inner = (cause?.errors?.[0] as { readonly code?: string } | undefined)?.code;
  const name = cause?.code ?? inner ?? "unknown";
  const words = name === "unknown" ? String((error as Error).message) : name;
  return { name, words };
}

/** The query of a path, "" without one; what is undefined is left out. */
export function printQuery(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(String(value))}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
