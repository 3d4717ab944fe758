// w-: the whole stack is killed in the middle of an event, without a word, and started again on
// what it had written. The event goes on by itself; what was proven is not fetched again, and of
// what was under way each file at most once more.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claimPort } from "../../infra/local/ports.ts";
import { type EventCalls, makeEventCalls } from "../kit/event-calls.ts";
import { printVod } from "../kit/playlists.ts";
import { type ScriptedOrigin, startScriptedOrigin } from "../kit/scripted-origin.ts";

const COUNT = 24 * 8;
/** The batch that is being finished, and what the one behind it has begun. */
const UNDER_WAY_MAX = 48;
let origin: ScriptedOrigin;
let folder: string;
let stack: ChildProcess | null = null;
let ports: { readonly edge: number; readonly control: number };

beforeAll(async () => {
  origin = await startScriptedOrigin();
  folder = await mkdtemp(join(tmpdir(), "weir-restart-"));
  ports = { edge: (await claimPort(0)) ?? 0, control: (await claimPort(0)) ?? 0 };
  await writeFile(
    join(folder, "catalog.toml"),
    `[[origins]]\nid = "a"\nkind = "http"\nurl = "${origin.url}"\n` +
      `[[channels]]\nid = "show"\nmode = "vod"\nplaylist = "index.m3u8"\n` +
      `origins = [{id = "a", prefix = "/show"}]\n`,
  );
  origin.on("/show/index.m3u8", { body: printVod(COUNT) });
  for (let msn = 0; msn < COUNT; msn++) {
    const body = `show ${msn} `.repeat(100);
    origin.on(`/show/${msn}.ts`, async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return { body, headers: { etag: `"${msn}"` } };
    });
  }
}, 60_000);
afterAll(async () => {
  kill();
  await origin?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<EventCalls> {
  const flags = ["--no-demo", "--catalog", join(folder, "catalog.toml")];
  const places = ["--port", String(ports.edge), "--control-port", String(ports.control)];
  const more = [
    "--storage-port",
    String((await claimPort(0)) ?? 0),
    "--data",
    join(folder, "data"),
  ];
  const child = spawn(process.execPath, ["infra/local/start.ts", ...flags, ...places, ...more], {
    stdio: ["ignore", "pipe", "inherit"],
    // A group of its own, so that all of it can be killed at once.
    detached: true,
  });
  stack = child;
  let said = "";
  const token = await new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (!/^weir ready /m.test(said)) return;
      resolve(/development token +(\S+)/.exec(said)?.[1] ?? "");
    });
    child.on("exit", () => reject(new Error(`the stack ended: ${said}`)));
  });
  return makeEventCalls(`http://127.0.0.1:${ports.control}`, token);
}

function kill(): void {
  if (stack?.pid !== undefined) process.kill(-stack.pid, "SIGKILL");
  stack = null;
}

const count = (path: string) => origin.count(`/show/${path}`);

test("an event goes on after everything was killed", async () => {
  const before = await start();
  const id = await before.order({ channel: "show", regions: ["enam"] });
  await expect
    .poll(async () => (await before.progress(id)).objects.warm, { timeout: 30_000, interval: 50 })
    .toBeGreaterThan(COUNT / 4);
  const { receipt } = await before.receipt(id);
  const proven = receipt.entries.filter(({ warm }) => warm).map(({ path }) => path);
  expect(proven.length).toBeLessThan(COUNT);
  stack?.removeAllListeners("exit");
  kill();
  const fetched = Array.from({ length: COUNT }, (_, msn) => count(`${msn}.ts`));
  const reads = new Map(proven.map((path) => [path, count(path)]));

  const after = await start();
  const done = await after.until(id, ["done", "failed"], 90_000);
  expect(done).toMatchObject({ state: "done", objects: { planned: COUNT, warm: COUNT } });
  for (const [path, times] of reads) expect(count(path), path).toBe(times);
  const again = fetched.filter((times, msn) => times > 0 && count(`${msn}.ts`) > times);
  expect(again.length).toBeLessThanOrEqual(UNDER_WAY_MAX);
  for (let msn = 0; msn < COUNT; msn++) expect(count(`${msn}.ts`)).toBeLessThanOrEqual(2);
}, 180_000);
