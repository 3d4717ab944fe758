// The metrics of a stack that plays, read by Prometheus's own checker.

import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { METRICS } from "../../workers/control/metric-list.ts";
import { type DemoStack, startFreeStack, toEdgeUrl } from "./kit/free-stack.ts";
import { PROMTOOL, requireProgram } from "./kit/programs.ts";

let stack: DemoStack;
beforeAll(async () => {
  stack = await startFreeStack();
});
afterAll(() => stack?.stop());

async function read(): Promise<string> {
  const reply = await fetch(`${stack.controlUrl}/metrics`);
  expect(reply.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  return reply.text();
}

/** Watches a little of everything; counts ride on the first request after five seconds. */
async function watch(): Promise<void> {
  const read = async (path: string) => (await fetch(toEdgeUrl(stack, path))).text();
  const cmcd = encodeURIComponent('bl=2000,bs,sid="a-session"');
  await read(`/demo-vod/master.m3u8?CMCD=${cmcd}`);
  await read("/demo-vod/v360/index.m3u8");
  await read("/demo-vod/v360/0.m4s");
  await read("/demo-vod/nothing.m4s");
  const live = await read("/demo/v360/index.m3u8");
  const segment = live.trimEnd().split("\n").at(-1) ?? "";
  await read(`/demo/v360/${segment}`);
}

test("promtool finds nothing to say about a stack that plays", async () => {
  await expect
    .poll(
      async () => {
        await watch();
        const text = await read();
        return [
          "requests_total",
          "egress_total",
          "playback_reports_total",
          "lifetimes_total",
        ].filter((name) => !text.includes(`\nweir_${name}{`));
      },
      { timeout: 30_000, interval: 1_000 },
    )
    .toEqual([]);
  const text = await read();
  const said = execFileSync(requireProgram(PROMTOOL), ["check", "metrics"], {
    input: text,
    encoding: "utf8",
  });
  expect(said).toBe("");
  for (const name of Object.keys(METRICS)) expect(text, name).toContain(`# TYPE ${name} `);
  const lines = text.split("\n").length;
  console.log(`  ${lines} lines, ${text.length} characters`);
  // Ten channels of this kind must not be a burden for a scraper.
  expect(lines).toBeLessThan(3_000);
});
