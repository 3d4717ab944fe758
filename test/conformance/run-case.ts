// Plays one row of the conformance table against one cache and says whether the cache kept to it.
// Used by the bench, which prints caches side by side, and by the test that judges Weir alone.

import { type Agent, request as sendRequest } from "node:http";
import { gunzipSync } from "node:zlib";
import { BODY_BYTES, FILES, type FieldWant, type Row, type Step, type Want } from "./case.ts";
import { type TableOrigin, toBody, toFields } from "./origin.ts";

/** A cache under test. `toPath` gives the viewer's path of a row's file. */
export interface CacheUnderTest {
  readonly name: string;
  /** First part of its paths at the origin. */
  readonly reader: string;
  readonly url: string;
  readonly toPath: (group: string, file: string) => string;
}

export interface Seen {
  /** 0 where no status line came. */
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly isCut: boolean;
}

/** Null: the cache kept to the row; else the first thing that was wrong. */
export type Fault = string | null;

const TIMEOUT_MS = 20_000;

/** Plays a row. `agent` is shared, so that a table needs few connections. */
export async function playRow(
  row: Row,
  group: string,
  cache: CacheUnderTest,
  origin: TableOrigin,
  agent: Agent,
): Promise<Fault> {
  const path = cache.toPath(group, `${row.name}.${FILES[row.file ?? "side"]}`);
  for (const [index, step] of row.steps.entries()) {
    if (step.afterMs) await new Promise((resolve) => setTimeout(resolve, step.afterMs));
    const crowd = Array.from({ length: step.crowd ?? 1 }, () => ask(cache.url, path, step, agent));
    const answers = await Promise.all(crowd);
    const asked = origin.asked(cache.reader, row.name);
    for (const seen of answers) {
      const fault = findFault(row, step.want, seen) ?? findOriginFault(step.want, asked);
      if (fault !== null) return `request ${index + 1}: ${fault}`;
    }
    const bodies = new Set(answers.map(({ body }) => body.toString("latin1"))).size;
    if (step.bodies !== undefined && bodies !== step.bodies) {
      return `request ${index + 1}: ${bodies} different bodies`;
    }
  }
  return null;
}

function ask(url: string, path: string, step: Step, agent: Agent, isFirst = true): Promise<Seen> {
  const { hostname, port } = new URL(url);
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of toFields(step.fields ?? {})) {
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return new Promise((resolve) => {
    let seen: Seen = { status: 0, fields: {}, body: Buffer.alloc(0), isCut: true };
    const method = step.method ?? "GET";
    const options = { hostname, port, path, method, headers, agent, timeout: TIMEOUT_MS };
    const outgoing = sendRequest(options, (response) => {
      const chunks: Buffer[] = [];
      const finish = () => {
        const body = Buffer.concat(chunks);
        const fields = response.headers as Readonly<Record<string, string>>;
        seen = { status: response.statusCode ?? 0, fields, body, isCut: !response.complete };
        resolve(seen);
      };
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", finish);
      response.on("error", finish);
    });
    outgoing.on("timeout", () => outgoing.destroy());
    outgoing.on("error", () => {
      // A kept connection may be closed at the very moment it is used again; clients ask once more.
      if (outgoing.reusedSocket && isFirst) resolve(ask(url, path, step, agent, false));
      else resolve(seen);
    });
    outgoing.end(method === "POST" || method === "PUT" ? "x" : undefined);
  });
}

function findFault(row: Row, want: Want, seen: Seen): Fault {
  if (want.orStatus?.includes(seen.status)) {
    // The whole file instead of a part is right too, if it is the whole file.
    const isWhole = seen.status === 200 && want.from !== undefined;
    return isWhole ? findBodyFault(row, { from: want.from ?? 1 }, seen) : null;
  }
  const statuses = [want.status ?? 200].flat();
  if (!statuses.includes(seen.status)) return `status ${seen.status}`;
  for (const [name, wanted] of Object.entries(want.fields ?? {})) {
    const value = seen.fields[name];
    if (!isField(value, wanted)) return `${name}: ${value ?? "absent"}`;
  }
  return findBodyFault(row, want, seen);
}

function findBodyFault(row: Row, want: Want, { status, fields, body: sent, isCut }: Seen): Fault {
  if (want.body === "any") return null;
  // A failure that is told as one is as good as a connection that breaks off.
  if (want.body === "cut") return isCut || status >= 500 ? null : "a broken body looked whole";
  if (isCut) return "the body broke off";
  const body = fields["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
  if (want.body === "none") return body.byteLength === 0 ? null : `${body.byteLength} bytes`;
  if (want.from === undefined) return null;
  const counts = [want.from].flat();
  const [start, end] = want.slice ?? [0, Number.MAX_SAFE_INTEGER];
  const isOne = counts.some((count) => {
    const bytes = row.origin[Math.min(count, row.origin.length) - 1]?.bytes ?? BODY_BYTES;
    return toBody(row.name, count, bytes)
      .subarray(start, end + 1)
      .equals(body);
  });
  if (isOne) return null;
  const head = /#(\d+) /.exec(body.toString("latin1", 0, 100));
  const which = head === null ? "" : `, of the origin's answer ${head[1]}`;
  return `another body: ${body.byteLength} bytes${which}`;
}

function findOriginFault(want: Want, asked: ReturnType<TableOrigin["asked"]>): Fault {
  const counts = want.asked === undefined ? null : [want.asked].flat();
  if (counts !== null && !counts.includes(asked.length)) {
    return `the origin was asked ${asked.length} times`;
  }
  for (const [name, wanted] of Object.entries(want.sent ?? {})) {
    const value = asked.at(-1)?.fields[name];
    if (!isField(value, wanted)) return `the origin was sent ${name}: ${value ?? "nothing"}`;
  }
  return null;
}

function isField(value: string | undefined, wanted: FieldWant): boolean {
  if (wanted === null) return value === undefined;
  if (value === undefined) return false;
  if (typeof wanted === "string") return value === wanted;
  if (wanted instanceof RegExp) return wanted.test(value);
  const number = Number(value);
  return /^\d+$/.test(value) && number >= wanted[0] && number <= wanted[1];
}
