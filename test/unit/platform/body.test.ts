// Reading an origin's body: whole and UTF-8, or the named failure that tells why not.

import { describe, expect, test } from "vitest";
import { readText } from "../../../workers/platform/body.ts";

const BYTES_MAX = 1000;
const encode = (text: string) => new TextEncoder().encode(text);

interface Given {
  readonly chunks: readonly (Uint8Array | "break" | "hang")[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly isNull?: boolean;
}

/** A reply whose body comes in these chunks; `state.cancelled` once nobody wants the rest. */
function makeReply({ chunks, headers = {}, isNull = false }: Given) {
  const state = { cancelled: false };
  let next = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[next++];
        if (chunk === undefined) controller.close();
        else if (chunk === "break") controller.error(new Error("connection lost"));
        else if (chunk === "hang") return new Promise(() => undefined);
        else controller.enqueue(chunk);
        return undefined;
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const reply = {
    kind: "origin-reply",
    originId: "east",
    status: 200,
    header: (name: string) => headers[name] ?? null,
    body: isNull ? null : body,
    latencyMs: 1,
  } as const;
  return { reply, state };
}

describe("read", () => {
  test.each<Given & { name: string; want: string }>([
    { name: "in one piece", chunks: [encode("#EXTM3U\n")], want: "#EXTM3U\n" },
    {
      name: "in pieces that cut a letter",
      chunks: [encode("ü").slice(0, 1), encode("ü").slice(1)],
      want: "ü",
    },
    {
      name: "exactly the limit",
      chunks: [new Uint8Array(BYTES_MAX).fill(97)],
      want: "a".repeat(BYTES_MAX),
    },
    {
      name: "as long as announced",
      chunks: [encode("abc")],
      headers: { "content-length": "3" },
      want: "abc",
    },
    {
      name: "compressed: the length is of other bytes",
      chunks: [encode("abc")],
      headers: { "content-length": "9", "content-encoding": "gzip" },
      want: "abc",
    },
    { name: "an empty body", chunks: [], want: "" },
    { name: "no body", chunks: [], isNull: true, want: "" },
    {
      name: "a byte order mark stays, for the parser to name",
      chunks: [Uint8Array.of(0xef, 0xbb, 0xbf, 97)],
      want: "\ufeffa",
    },
  ])("$name", async (given) => {
    const { reply } = makeReply(given);
    expect(await readText(reply, BYTES_MAX, 5000)).toMatchObject({
      kind: "text",
      text: given.want,
    });
  });
});

describe("refused", () => {
  const piece = new Uint8Array(600).fill(97);
  test.each<Given & { name: string; failure: string; detail: string; cancelled?: boolean }>([
    {
      name: "invalid UTF-8",
      chunks: [Uint8Array.of(0x23, 0xff)],
      failure: "bad-encoding",
      detail: "east sent bytes that are not UTF-8",
    },
    {
      name: "a letter cut at the end",
      chunks: [encode("ü").slice(0, 1)],
      failure: "bad-encoding",
      detail: "east sent bytes that are not UTF-8",
    },
    {
      name: "too large, as announced: nothing is read",
      chunks: [piece],
      headers: { "content-length": "26214400" },
      failure: "too-large",
      detail: "east announced more than 1000 bytes",
      cancelled: true,
    },
    {
      name: "too large, unannounced: no more is read",
      chunks: [piece, piece, "hang"],
      failure: "too-large",
      detail: "east sent more than 1000 bytes",
      cancelled: true,
    },
    {
      name: "shorter than announced",
      chunks: [encode("abc")],
      headers: { "content-length": "4" },
      failure: "short-body",
      detail: "east announced 4 bytes and sent 3",
    },
    {
      name: "longer than announced",
      chunks: [encode("abc")],
      headers: { "content-length": "2" },
      failure: "short-body",
      detail: "east announced 2 bytes and sent 3",
    },
    {
      name: "breaks off",
      chunks: [encode("abc"), "break"],
      failure: "short-body",
      detail: "east broke off after 3 bytes: connection lost",
    },
    {
      name: "never ends",
      chunks: [encode("abc"), "hang"],
      timeoutMs: 20,
      failure: "timeout",
      detail: "east did not finish the body within 20 ms",
      cancelled: true,
    },
  ])("$name", async ({ failure, detail, cancelled = false, timeoutMs = 5000, ...given }) => {
    const { reply, state } = makeReply(given);
    expect(await readText(reply, BYTES_MAX, timeoutMs)).toEqual({
      kind: "origin-failure",
      originId: "east",
      failure,
      detail,
    });
    expect(state.cancelled).toBe(cancelled);
  });
});
