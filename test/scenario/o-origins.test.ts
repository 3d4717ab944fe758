// o-: origins that fail, and what comes out. With one origin the viewer gets a named problem; with
// two, the second answers within the same request and the viewer sees nothing.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { printLive, printVod, withPromises } from "../kit/playlists.ts";
import type { ScriptedAnswer } from "../kit/scripted-origin.ts";

const never = new Promise<void>(() => {});
const MEGABYTE = 1024 * 1024;

interface Fault {
  readonly name: string;
  readonly answer: ScriptedAnswer;
  /** What the only origin's viewer gets: status and reason. */
  readonly alone: string;
  /** A piece of the detail that tells an operator what was seen. */
  readonly detail: RegExp;
}

const FAULTS: readonly Fault[] = [
  {
    name: "html",
    answer: { body: "<html><body>It works!</body></html>" },
    alone: "502 origin-not-a-playlist",
    detail: /^a: not-a-playlist, what it sent does not begin with #EXTM3U$/,
  },
  {
    name: "empty",
    answer: { body: "" },
    alone: "502 origin-not-a-playlist",
    detail: /^a: not-a-playlist, what it sent does not begin with #EXTM3U$/,
  },
  {
    name: "huge",
    answer: { body: printVod(1).padEnd(25 * MEGABYTE, "#") },
    alone: "502 origin-too-large",
    detail: /more than 16777216 bytes/,
  },
  {
    name: "latin1",
    answer: { body: Buffer.from("#EXTM3U\n#EXTINF:2,caf\xe9\n0.ts\n", "latin1") },
    alone: "502 origin-bad-encoding",
    detail: /not UTF-8/,
  },
  {
    name: "bom",
    answer: { body: `\ufeff${printVod(1)}` },
    alone: "502 origin-not-a-playlist",
    detail: /^a: bad-playlist, .* log names the line and the remedy$/,
  },
  {
    name: "cut",
    answer: { body: printVod(9).slice(0, 80), announcedLength: 900 },
    alone: "502 origin-error",
    detail: /broke off|announced/,
  },
  {
    name: "five-hundred",
    answer: { status: 500, body: "oops" },
    alone: "502 origin-error",
    detail: /a answered 500/,
  },
  {
    name: "forbidden",
    answer: { status: 403, body: "no" },
    alone: "502 origin-error",
    detail: /a answered 403/,
  },
  {
    name: "redirect",
    answer: { status: 302, headers: { location: "http://127.0.0.1:1/x" } },
    alone: "502 origin-error",
    detail: /a answered 302/,
  },
  {
    name: "reset",
    answer: { reset: true },
    alone: "502 origin-unreachable",
    detail: /could not be reached/,
  },
  {
    name: "hang",
    answer: { hold: never },
    alone: "504 origin-timeout",
    detail: /sent no headers for \d+ ms/,
  },
  {
    name: "leaves",
    answer: {
      body: `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n/elsewhere/0.ts\n#EXT-X-ENDLIST\n`,
    },
    alone: "502 origin-beyond-prefix",
    detail: /^a: beyond-prefix, its playlist names a file that viewers may not read/,
  },
];

let kit: EdgeStack;

beforeAll(async () => {
  kit = await startEdgeStack([
    ...FAULTS.map(({ name }) => ({ id: `${name}-alone`, mode: "vod" as const })),
    ...FAULTS.map(({ name }) => ({
      id: `${name}-rescued`,
      mode: "vod" as const,
      origins: ["a", "b"] as const,
    })),
    { id: "lagging", origins: ["a", "b"] },
    { id: "media", mode: "vod", origins: ["a", "b"] },
    { id: "gone", origins: ["a", "b"] },
  ]);
});
afterAll(() => kit?.stop());

async function ask(path: string) {
  const response = await kit.get(path);
  const text = await response.text();
  const reason = /urn:weir:problem:([a-z-]+)/.exec(text)?.[1];
  return {
    response,
    text,
    want: reason === undefined ? `${response.status}` : `${response.status} ${reason}`,
  };
}

describe("the only origin fails", () => {
  test.each(FAULTS)("$name", async ({ name, answer, alone, detail }) => {
    kit.a.on(`/${name}-alone/index.m3u8`, answer);
    const { want, text, response } = await ask(`/${name}-alone/index.m3u8`);
    expect(want).toBe(alone);
    expect((JSON.parse(text) as { detail: string }).detail).toMatch(detail);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});

test("a viewer learns neither the origin's address nor what it said", async () => {
  for (const { name } of FAULTS) {
    const { text } = await ask(`/${name}-alone/index.m3u8`);
    expect(text).not.toMatch(/127\.0\.0\.1|It works|elsewhere/);
  }
});

describe("the second origin answers in the same request", () => {
  const rescued = FAULTS.filter(({ name }) => name !== "leaves");
  test.each(rescued)("$name", async ({ name, answer }) => {
    kit.a.on(`/${name}-rescued/index.m3u8`, answer);
    kit.b.on(`/${name}-rescued/index.m3u8`, { body: printVod(2) });
    const { want, text, response } = await ask(`/${name}-rescued/index.m3u8`);
    expect(want).toBe("200");
    expect(text).toBe(printVod(2));
    expect(response.headers.get("server-timing")).toContain('origin;desc="b"');
  });

  test("a fresh failure spares the next viewers the wait", async () => {
    kit.a.on("/media/0.ts", { hold: never });
    kit.a.on("/media/1.ts", { hold: never });
    for (const name of ["0.ts", "1.ts"]) kit.b.on(`/media/${name}`, { body: "media" });
    expect((await ask("/media/0.ts")).text).toBe("media");
    expect((await ask("/media/1.ts")).text).toBe("media");
    expect(kit.a.count("/media/1.ts")).toBe(0);
  });

  test("absent at one replica is not absent", async () => {
    kit.b.on("/media/2.ts", { body: "late at a" });
    expect((await ask("/media/2.ts")).text).toBe("late at a");
  });
});

describe("a replica that is behind", () => {
  test("is never shown: the newer copy stands until there is a newer one", async () => {
    const path = "/lagging/index.m3u8";
    kit.a.on(path, (_request, count) =>
      count === 1 ? { body: printLive(20, 25) } : { reset: true },
    );
    kit.b.on(path, { body: printLive(18, 23) });
    expect((await ask(path)).text).toBe(withPromises(printLive(20, 25)));
    const seen: number[] = [];
    const untilMs = Date.now() + 4_000;
    while (Date.now() < untilMs) {
      const { response, text } = await ask(path);
      expect(response.status).toBe(200);
      seen.push(Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(new Set(seen)).toEqual(new Set([20]));
    kit.b.on(path, { body: printLive(22, 27) });
    await expect.poll(async () => /MEDIA-SEQUENCE:22/.test((await ask(path)).text)).toBe(true);
  });
});

describe("no origin at all", () => {
  test("the last good copy stands for three target durations, then a plain 503", async () => {
    const path = "/gone/index.m3u8";
    kit.a.on(path, { body: printLive(1, 6) });
    kit.b.on(path, { body: printLive(1, 6) });
    expect((await ask(path)).want).toBe("200");
    kit.a.on(path, { reset: true });
    kit.b.on(path, { status: 503 });
    const startedAtMs = Date.now();
    let lastGoodMs = 0;
    for (;;) {
      const { response, want } = await ask(path);
      if (response.status !== 200) {
        expect(want).toBe("503 playlist-overdue");
        expect(response.headers.get("retry-after")).not.toBeNull();
        break;
      }
      lastGoodMs = Date.now() - startedAtMs;
      expect(lastGoodMs).toBeLessThan(10_000);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(lastGoodMs).toBeGreaterThan(3_000);
    expect(lastGoodMs).toBeLessThan(7_500);
  });
});
