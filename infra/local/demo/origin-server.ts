// One HTTP origin on loopback, over real sockets, that can be killed, revived and made to fail.
//
// It shows what its packager has published and answers from memory. Until the first window is
// published it says 503: it exists, but it has nothing to show. What the content holds back waits
// for its moment, as long as somebody is there to wait. `kill` closes the listening socket and
// destroys every connection, so that a new one is refused, as when a machine dies; the packager
// goes on meanwhile, and `revive` comes back on the same port with the current window.
// Against a real origin it lacks TLS, HTTP/2, compression and authentication.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { decideAnswer, type RequestWords } from "./origin-answer.ts";
import { LIVE_PATH, type OriginContent, type OriginTarget, VOD_PATH } from "./origin-content.ts";
import {
  decideFault,
  type FaultScope,
  NO_FAULT,
  type OriginFault,
  type PathClass,
  toPathClass,
} from "./origin-fault.ts";
import type { Hold } from "./origin-hold.ts";

export interface OriginServerOptions<Shown> {
  readonly content: OriginContent<Shown>;
  /** What the packager has published; asked at each request. */
  readonly shown: () => Shown | undefined;
  /** Which requests wait; without it none does. */
  readonly holding?: OriginHolding<Shown>;
  /** Told of every request when it comes, for whoever counts. */
  readonly onRequest?: (target: OriginTarget, userAgent: string) => void;
  /** 0 lets the system choose; the choice is kept through kill and revive. */
  readonly port?: number;
}

export interface OriginHolding<Shown> {
  readonly decide: (target: OriginTarget, shown: Shown) => Hold;
  /** Nothing waits longer than this. */
  readonly holdMsMax: number;
  readonly now: () => number;
}

export type RequestCounts = Readonly<Record<PathClass, number>>;

export interface OriginServer {
  readonly port: number;
  /** The live channel's prefix, without a slash at the end: `{url}/master.m3u8`. */
  readonly url: string;
  readonly vodUrl: string;
  readonly state: () => { readonly listening: boolean; readonly fault: OriginFault["kind"] };
  /** Requests since the start or the last reset, by what they asked for, faults included. */
  readonly counts: () => RequestCounts;
  readonly resetCounts: () => void;
  readonly kill: () => Promise<void>;
  /** Listens again; rejects when somebody else took the port meanwhile. */
  readonly revive: () => Promise<void>;
  /** Playlists stop advancing; everything is answered with 200. Has no effect before the start. */
  readonly freeze: () => void;
  readonly slow: (delayMs: number, scope?: FaultScope) => void;
  readonly fail: (status: number, scope?: FaultScope) => void;
  readonly html: (scope?: FaultScope) => void;
  readonly truncate: (scope?: FaultScope) => void;
  /** Ends freeze, slow, fail, html and truncate; a killed origin needs `revive`. */
  readonly clear: () => void;
  readonly stop: () => Promise<void>;
}

const HOST = "127.0.0.1";
/** Longer than any pause between two playlist requests, so that readers keep their connection. */
const KEEP_ALIVE_MS = 65_000;
/** A timer may fire a moment early; and nobody waits blindly for longer than the second. */
const HOLD_LOOK_MS_MIN = 1;
const HOLD_LOOK_MS_MAX = 50;
const NO_COUNTS: RequestCounts = { playlists: 0, segments: 0, others: 0 };

export async function makeOriginServer<Shown>(
  options: OriginServerOptions<Shown>,
): Promise<OriginServer> {
  let fault: OriginFault<Shown> = NO_FAULT;
  let counts = NO_COUNTS;
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const [path = "/", query = ""] = (request.url ?? "/").split("?");
    const target = { path, query };
    const pathClass = toPathClass(path);
    counts = { ...counts, [pathClass]: counts[pathClass] + 1 };
    options.onRequest?.(target, request.headers["user-agent"] ?? "");
    const met = decideFault(fault, pathClass);
    if (met.kind === "slow") await pause(met.delayMs, undefined, { ref: false });
    const refusal = await holdBack(options, () => fault, target, response);
    // A fault also strikes what was waiting when it began; the origin may have been killed.
    if (response.destroyed) return;
    const reply =
      refusal ?? decideReply(options, fault, decideFault(fault, pathClass), target, request);
    send(request, response, reply);
  };
  const server = createServer((request, response) => void serve(request, response));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;

  // Kill and revive follow one another, whoever calls them and however quickly.
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (task: () => Promise<void>): Promise<void> => {
    const done = turn.then(task);
    turn = done.catch(() => undefined);
    return done;
  };
  const kill = () => inTurn(() => close(server));
  const revive = () => inTurn(() => (server.listening ? Promise.resolve() : listen(server, port)));
  const set = (next: OriginFault<Shown>) => {
    fault = next;
  };
  return {
    port,
    url: `http://${HOST}:${port}${LIVE_PATH.slice(0, -1)}`,
    vodUrl: `http://${HOST}:${port}${VOD_PATH.slice(0, -1)}`,
    state: () => ({ listening: server.listening, fault: fault.kind }),
    counts: () => counts,
    resetCounts: () => {
      counts = NO_COUNTS;
    },
    kill,
    revive,
    freeze: () => {
      const shown = options.shown();
      if (shown !== undefined && fault.kind !== "freeze") set({ kind: "freeze", shown });
    },
    slow: (delayMs, scope = "all") => set({ kind: "slow", delayMs, scope }),
    fail: (status, scope = "all") => set({ kind: "fail", status, scope }),
    html: (scope = "all") => set({ kind: "html", scope }),
    truncate: (scope = "all") => set({ kind: "truncate", scope }),
    clear: () => set(NO_FAULT),
    stop: kill,
  };
}

/** What goes back: all of it, or, when `cut`, half of the body and then a closed connection. */
interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly cut: boolean;
}

/** Waits for what will be published; a reply where it never came or may not be asked for. */
async function holdBack<Shown>(
  { holding, shown }: OriginServerOptions<Shown>,
  fault: () => OriginFault<Shown>,
  target: OriginTarget,
  response: ServerResponse,
): Promise<Reply | undefined> {
  if (holding === undefined) return undefined;
  const startedMs = holding.now();
  const left = new AbortController();
  response.once("close", () => left.abort());
  for (;;) {
    const now = fault();
    const onShow = now.kind === "freeze" ? now.shown : shown();
    if (onShow === undefined || response.destroyed || isBroken(now, target.path)) return undefined;
    const hold = holding.decide(target, onShow);
    if (hold.kind === "ready") return undefined;
    if (hold.kind === "refused") return toTextReply(hold.status, `${hold.why}\n`);
    const nowMs = holding.now();
    if (nowMs - startedMs >= holding.holdMsMax) return toTextReply(hold.lateStatus, "too late\n");
    // What is overdue is looked for again and again; a fault may also come or go meanwhile.
    const waitMs = Math.min(Math.max(hold.untilMs - nowMs, HOLD_LOOK_MS_MIN), HOLD_LOOK_MS_MAX);
    await pause(waitMs, undefined, { ref: false, signal: left.signal }).catch(() => undefined);
  }
}

/** Whoever waits need not wait to hear of these. */
function isBroken(fault: OriginFault, path: string): boolean {
  const { kind } = decideFault(fault, toPathClass(path));
  return kind === "fail" || kind === "html";
}

function decideReply<Shown>(
  options: OriginServerOptions<Shown>,
  fault: OriginFault<Shown>,
  met: OriginFault,
  target: OriginTarget,
  request: IncomingMessage,
): Reply {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return toTextReply(405, "GET and HEAD only\n", { allow: "GET, HEAD" });
  }
  if (met.kind === "fail") return toTextReply(met.status, "out of order\n");
  if (met.kind === "html") {
    const headers = { "content-type": "text/html; charset=utf-8" };
    return toTextReply(200, "<!doctype html><p>Welcome.</p>\n", headers);
  }
  const published = options.shown();
  if (published === undefined) return toTextReply(503, "not on air yet\n", { "retry-after": "1" });
  const shown = fault.kind === "freeze" ? fault.shown : published;
  const resource = options.content(target, shown, published);
  if (resource === undefined) return toTextReply(404, "not found\n");
  const { status, headers, from, to } = decideAnswer(resource, toRequestWords(request));
  return { status, headers, body: resource.bytes.subarray(from, to), cut: met.kind === "truncate" };
}

function toTextReply(
  status: number,
  text: string,
  more: Readonly<Record<string, string>> = {},
): Reply {
  const body = new TextEncoder().encode(text);
  const length = `${body.byteLength}`;
  const headers = { "content-type": "text/plain", "content-length": length, ...more };
  return { status, headers, body, cut: false };
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  // A request's body means nothing here, but unread it would block the connection.
  request.resume();
  response.writeHead(reply.status, reply.headers);
  if (request.method === "HEAD" || reply.body.byteLength === 0) response.end();
  else if (!reply.cut) response.end(reply.body);
  else {
    const half = reply.body.subarray(0, Math.floor(reply.body.byteLength / 2));
    response.write(half, () => response.destroy());
  }
}

function toRequestWords(request: IncomingMessage): RequestWords {
  const { headers } = request;
  return {
    "if-none-match": headers["if-none-match"],
    "if-modified-since": headers["if-modified-since"],
    // Node types neither of the two as a list; both occur once.
    "if-range": headers["if-range"] as string | undefined,
    range: headers.range,
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      const inUse = error.code === "EADDRINUSE";
      reject(inUse ? new Error(`Port ${port} on ${HOST} is in use.`, { cause: error }) : error);
    };
    server.once("error", onError);
    server.listen(port, HOST, () => {
      server.off("error", onError);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
