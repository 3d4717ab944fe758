// The real command line against the real local stack, which it starts itself (`weir dev`). Every
// command that changes something is undone again or works on a thing of its own, so that the cases
// stand in any order but the catalog's.

import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Run, runWeir, startWeir } from "./process.ts";

const START_MS_MAX = 40_000;
/** A stack in real time, on a machine that has other work: as scenarios. */
const REAL_TIME = { retry: 1 } as const;

let cwd = "";
let stack: ChildProcess | null = null;
let [control, edge] = ["", ""];

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "weir-cli-"));
  const ports = ["--port", "0", "--control-port", "0", "--storage-port", "0"];
  stack = startWeir(["dev", ...ports], { cwd });
  [edge, control] = await new Promise<[string, string]>((resolve, reject) => {
    let text = "";
    stack?.stderr?.setEncoding("utf8").on("data", (words: string) => (text += words));
    stack?.stdout?.setEncoding("utf8").on("data", (words: string) => {
      text += words;
      const [, first, second] = /weir ready edge=(\S+) control=(\S+)\n/.exec(text) ?? [];
      if (first !== undefined && second !== undefined) resolve([first, second]);
    });
    stack?.on("exit", (code) => reject(new Error(`weir dev ended with ${code}: ${text}`)));
  });
  await waitForReplicas();
}, START_MS_MAX);

/** A stack that has just begun has not proven yet that its origins have the same bytes. */
async function waitForReplicas(): Promise<void> {
  for (;;) {
    const reply = await fetch(`${control}/api/v1/routes`);
    const { channels } = (await reply.json()) as {
      channels: readonly { id: string; order: readonly string[] }[];
    };
    if (channels.some(({ id, order }) => id === "demo" && order.includes("west"))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

afterAll(async () => {
  if (stack !== null && stack.exitCode === null) {
    const ended = new Promise((resolve) => stack?.on("exit", resolve));
    stack.kill("SIGTERM");
    await ended;
  }
  await rm(cwd, { recursive: true, force: true });
}, START_MS_MAX);

function weir(words: string, env: Readonly<Record<string, string>> = {}, stdin = ""): Promise<Run> {
  return runWeir(words.split(" "), { cwd, env: { WEIR_URL: control, ...env }, stdin });
}

async function readJson(words: string): Promise<{ exit: number | null; json: unknown }> {
  const { exit, out } = await weir(`${words} --json`);
  return { exit, json: JSON.parse(out) };
}

describe("looking", REAL_TIME, () => {
  test("status is a table for people and a document for programs", async () => {
    const [{ exit, out, err }, { json }] = await Promise.all([weir("status"), readJson("status")]);
    expect([exit, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Weir at http:\/\/127\.0\.0\.1:\d+, catalog 1, policy \d+\n/);
    expect(out).toMatch(/\ndemo +live +0 +east +west +- +preferred/);
    expect(out).toMatch(/\nchunks +s3 /);
    expect(json).toMatchObject({ catalogVersion: 1, overrides: [], control });
  });

  test("explain tells the way, and where it ends", async () => {
    const [well, unknown, strange] = await Promise.all([
      weir("explain /demo/master.m3u8"),
      weir("explain /nobody/master.m3u8"),
      weir("explain nonsense"),
    ]);
    expect(well.exit).toBe(0);
    expect(well.out).toMatch(/\/demo\/master\.m3u8 in enam, /);
    // What an edge knows may be older than what control says: not proven yet, or preferred.
    expect(well.out).toMatch(/\nchoice +timeline 0 \(current\): east\b.*; (preferred|unproven)/);
    expect(well.out).toMatch(/\nreply +200\n/);
    expect(unknown.out).toMatch(/\nreply +404 unknown-channel: /);
    expect([strange.exit, strange.out]).toEqual([1, ""]);
    expect(strange.err).toContain("must be a viewer URL or its path");
  });

  test("manifest lays what the origin wrote beside what viewers get", async () => {
    const path = "/demo/v360/index.m3u8";
    const [diff, before, after, absent, segment] = await Promise.all([
      weir(`manifest ${edge}${path}`),
      weir(`manifest ${path} --before --origin west`),
      weir(`manifest ${path} --after`),
      weir("manifest /demo/nothing.m3u8"),
      weir("manifest /demo-vod/v360/init.mp4 --before"),
    ]);
    expect(diff.exit).toBe(0);
    expect(diff.out).toContain(`+++ ${edge}${path}`);
    expect(diff.out).toContain("\n+#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES");
    expect(before.out).toMatch(/^#EXTM3U\n/);
    expect(before.out).not.toContain("CAN-BLOCK-RELOAD");
    expect(after.out).toContain("CAN-BLOCK-RELOAD=YES");
    expect([absent.exit, absent.err]).toEqual([1, expect.stringContaining("404")]);
    expect([segment.exit, segment.err]).toEqual([1, expect.stringContaining("not UTF-8")]);
  });

  test.each([
    { url: "/demo/%2e%2e/other.m3u8", status: 400 },
    { url: "/demo/@self/other.m3u8", status: 400 },
    { url: "/_/healthz", status: 400 },
    { url: "http://127.0.0.1:9/demo", status: 400 },
    { url: "/nobody/master.m3u8", status: 404 },
    // Its storage has the segments, and is no origin of the playlists.
    { url: "/demo/master.m3u8&origin=chunks", status: 404 },
    { url: "/demo/master.m3u8&origin=ll-east", status: 404 },
  ])("no manifest at $url", async ({ url, status }) => {
    const reply = await fetch(`${control}/api/v1/manifest?url=${url.replaceAll("%", "%25")}`);
    expect([reply.status, reply.headers.get("content-type")]).toEqual([
      status,
      "application/problem+json",
    ]);
    await reply.body?.cancel();
  });

  test("incidents: none, and the one that is asked for is not there", async () => {
    const [list, latest, unknown] = await Promise.all([
      weir("incidents"),
      weir("incidents latest"),
      weir("incidents 2026-11-20-1-1 --markdown"),
    ]);
    expect([list.exit, list.out]).toEqual([0, "There were no incidents.\n"]);
    expect(latest.exit).toBe(1);
    expect([unknown.exit, unknown.err]).toEqual([1, expect.stringContaining("404 not-found")]);
  });
});

describe("orders", REAL_TIME, () => {
  test("drain and undrain", async () => {
    const given = await readJson("origin drain west --channel demo --for 5m");
    expect(given).toMatchObject({
      exit: 0,
      json: { kind: "drain", origin: "west", channel: "demo", by: "dev" },
    });
    expect((await weir("origin orders")).out).toMatch(/\ndrain +west +demo +- +dev +(4|5) min/);
    expect((await weir("origin undrain west")).out).toBe("The drain of west on demo is over.\n");
    const again = await weir("origin undrain west");
    expect([again.exit, again.err]).toEqual([1, expect.stringContaining("nothing to take back")]);
  });

  test("a canary stands where its channel is listed", async () => {
    expect((await weir("origin canary west --channel demo --share 5% --for 5m")).exit).toBe(0);
    const [list, origin] = await Promise.all([weir("channel list"), weir("origin show west")]);
    // For its first seconds nobody is sent there.
    expect(list.out).toMatch(/\ndemo +live .* west [05] % at @c\d+ /);
    expect(origin.out).toMatch(/\nIn demo, as playlists: .*\n\nREGION .*\nenam +green /);
    expect((await weir("origin uncanary west")).exit).toBe(0);
  });

  test("what the API refuses is said with the flag's name", async () => {
    const [ban, pin] = await Promise.all([
      weir("origin ban east"),
      weir("origin pin nobody --for 5m"),
    ]);
    expect([ban.exit, ban.err]).toEqual([1, expect.stringContaining("--for (forSeconds): ")]);
    expect([pin.exit, pin.err]).toEqual([1, expect.stringContaining('no origin "nobody"')]);
  });
});

test("catalog: check, diff, apply, somebody was quicker, rollback", async () => {
  const shown = await weir("catalog show");
  const changed = shown.out.replace("interval_ms = 1000", "interval_ms = 2000");
  expect(changed).not.toBe(shown.out);
  await writeFile(join(cwd, "new.toml"), changed);
  await writeFile(join(cwd, "bad.toml"), changed.replace('mode = "vod"', 'mode = "vot"'));
  const line = changed.slice(0, changed.indexOf('mode = "vod"')).split("\n").length;

  const fine = "new.toml is fine: 5 origins, 3 channels.\n";
  const fault = `bad.toml:${line}: channels[2].mode must be "live" or "vod".`;
  const nowhere = { WEIR_URL: "http://127.0.0.1:9" };
  const [check, offline, bad, badOffline, stdin, missing, diff] = await Promise.all([
    weir("catalog check new.toml"),
    weir("catalog check new.toml --offline --allow-ip", nowhere),
    weir("catalog check bad.toml"),
    weir("catalog check bad.toml --offline --allow-ip", nowhere),
    weir("catalog check -", {}, changed),
    weir("catalog check missing.toml"),
    weir("catalog diff new.toml"),
  ]);
  expect([check.exit, check.out]).toEqual([0, fine]);
  expect([offline.exit, offline.out]).toEqual([0, fine]);
  expect([bad.exit, bad.err]).toEqual([1, expect.stringContaining(fault)]);
  expect([badOffline.exit, badOffline.err]).toEqual([1, expect.stringContaining(fault)]);
  expect(stdin.out).toBe(fine.replace("new.toml", "stdin"));
  expect([missing.exit, missing.err]).toEqual([2, expect.stringContaining("ENOENT")]);
  expect([diff.exit, diff.out]).toEqual([0, "~ probe\n    intervalMs: 1000 → 2000\n"]);

  const applied = await weir("catalog apply new.toml");
  expect([applied.exit, applied.out]).toEqual([0, `${diff.out}\nVersion 2 is in force.\n`]);
  await writeFile(join(cwd, "newer.toml"), changed.replace("= 2000", "= 3000"));
  const stale = await weir("catalog apply newer.toml --expect 1");
  expect([stale.exit, stale.err]).toEqual([1, expect.stringContaining("412 stale")]);
  expect((await readJson("catalog rollback 1")).json).toMatchObject({ version: 3, changed: true });
  const versions = await weir("catalog versions --limit 2");
  expect(versions.out).toMatch(/\n +3 +\S+ +.*dev\n +2 .*\n… there are more/);
});

describe("events", REAL_TIME, () => {
  test("planned, run, watched, with a receipt whose signature is checked", async () => {
    const plan = await weir("event plan --channel demo-vod --first 4s --title Premiere");
    expect([plan.exit, plan.err]).toEqual([0, ""]);
    expect(plan.out).toMatch(/^files +\d+ files, [\d.]+ kB\n/);
    const id = /^([0-9a-f-]{36}) waits\./m.exec(plan.out)?.[1] ?? "";
    const run = await weir(`event run ${id.slice(0, 8)} --watch`);
    expect(run.exit).toBe(0);
    // No terminal, so plain lines: nothing is overwritten, nothing coloured.
    expect(run.out).not.toContain("\u001b");
    expect(run.out.trimEnd().split("\n").at(-1)).toMatch(
      new RegExp(`^${id} done: (\\d+)/\\1 objects, .* 100 %.*, enam (\\d+)/\\2$`),
    );
    const receipt = await weir(`event receipt ${id} --out receipt.json`);
    expect(receipt.exit).toBe(0);
    expect(receipt.out).toMatch(/\nsignature +good, by key local\n/);
    expect(receipt.out).toMatch(/\ndata-centre +enam +(\d+)\/\1 +local-enam/);

    const kept = JSON.parse(await readFile(join(cwd, "receipt.json"), "utf8"));
    kept.receipt.entries[0].etag = "another";
    await writeFile(join(cwd, "forged.json"), JSON.stringify(kept));
    const [genuine, forged] = await Promise.all([
      weir("event receipt --in receipt.json"),
      weir("event receipt --in forged.json"),
    ]);
    expect(genuine.exit).toBe(0);
    expect([forged.exit, forged.out]).toEqual([1, expect.stringContaining("BAD: ")]);
  });

  test("below the coverage target: 3, and the receipt says what and why", async () => {
    const words = "event create --channel demo-vod --paths - --watch --json";
    const run = await weir(words, {}, "v360/1.m4s\nv360/nothing.m4s\n");
    expect(run.exit).toBe(3);
    const looks = run.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const last = looks.at(-1);
    expect(last).toMatchObject({ state: "failed", objects: { planned: 2, warm: 1, failed: 1 } });
    const receipt = await weir(`event receipt ${last.id}`);
    expect(receipt.exit).toBe(3);
    expect(receipt.out).toMatch(/\nenam +absent .* v360\/nothing\.m4s\n/);
    const listed = await readJson("event list --limit 1");
    expect(listed.json).toMatchObject({ events: [{ id: last.id, state: "failed" }] });
    expect((await weir(`event delete ${last.id}`)).exit).toBe(0);
  });

  test("refused: a channel that is not there, a plan over its budget, an action out of turn", async () => {
    const [channel, budget] = await Promise.all([
      weir("event create --channel nobody"),
      weir("event plan --channel demo-vod --max-bytes 10kB"),
    ]);
    expect([channel.exit, channel.err]).toEqual([1, expect.stringContaining("one of: demo, ")]);
    expect([budget.exit, budget.out]).toEqual([1, expect.stringContaining("refused (over-bytes)")]);
    const pause = await weir("event pause latest");
    expect([pause.exit, pause.err]).toEqual([1, expect.stringContaining("409 conflict")]);
  });
});

describe("what is not as it should be", () => {
  test.each([
    { name: "a wrong token", words: "status", env: { WEIR_TOKEN: "s3cret" }, exit: 5 },
    { name: "nobody there", words: "status", env: { WEIR_URL: "http://127.0.0.1:9" }, exit: 4 },
    { name: "no URL", words: "status --url weir", env: {}, exit: 2 },
    { name: "no command", words: "", env: {}, exit: 2 },
    { name: "no such command", words: "staus", env: {}, exit: 2 },
    { name: "no such flag", words: "status --jsn", env: {}, exit: 2 },
    { name: "no span", words: "origin drain east --for soon", env: {}, exit: 2 },
  ])("$name: $exit", async ({ words, env, exit }) => {
    const run = await weir(words, env);
    expect([run.exit, run.out]).toEqual([exit, ""]);
    expect(run.err).not.toBe("");
    expect(run.err).not.toContain("s3cret");
  });

  test("an edge in place of the control worker", async () => {
    const run = await weir("status", { WEIR_URL: edge });
    expect([run.exit, run.err]).toEqual([4, expect.stringContaining("answered by an edge")]);
  });

  test("as JSON a failure is the API's problem with the exit code", async () => {
    const { exit, out, err } = await weir("status --json", { WEIR_TOKEN: "s3cret" });
    expect([exit, err]).toEqual([5, ""]);
    expect(JSON.parse(out)).toMatchObject({ status: 401, exitCode: 5 });
  });

  test("a configuration file with a mistake, by line; and one that is right", async () => {
    const home = await mkdtemp(join(cwd, "config-"));
    const file = join(home, "weir.config.toml");
    await writeFile(file, `url = "${control}"\n\ntokne = "s3cret"\n`, { mode: 0o600 });
    const bad = await runWeir(["config"], { cwd: home });
    expect(bad.exit).toBe(2);
    expect(bad.err).toContain(`${file}:3: "tokne" is not a setting; did you mean "token"?`);
    await writeFile(file, `url = "${control}"\ntoken = "s3cret"\n`);
    const [good, refused] = await Promise.all([
      runWeir(["config", "--json"], { cwd: home }),
      runWeir(["origin", "list"], { cwd: home }),
    ]);
    expect(good.out + good.err + refused.err).not.toContain("s3cret");
    expect(JSON.parse(good.out)).toMatchObject({
      settings: [
        { name: "url", value: control, source: `${file}:1` },
        {},
        { name: "token", value: "set, not shown", source: `${file}:2` },
        {},
      ],
    });
    expect(refused.exit).toBe(5);
  });
});

test("colours when they are asked for, and none with NO_COLOR", async () => {
  const [colour, none, piped] = await Promise.all([
    weir("origin list", { FORCE_COLOR: "1" }),
    weir("origin list", { NO_COLOR: "1", TERM: "xterm-256color" }),
    weir("origin list"),
  ]);
  expect(colour.out).toContain("\u001b[32mgreen\u001b[39m");
  expect(none.out).not.toContain("\u001b");
  expect(piped.out).not.toContain("\u001b");
});
