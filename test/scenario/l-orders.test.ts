// l-: operators' orders about live channels on two origins that have nothing in common but the
// media's time: a pin, a drain and a ban lead the viewers away behind one discontinuity and without
// an error, nobody is led to an origin that is not there, and an order that is taken back leads
// nobody anywhere.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type LiveScript, startLiveScript } from "../kit/live-script.ts";
import { type LiveReport, type LiveSight, toUris, watchLive } from "../kit/live-viewer.ts";
import { listLiveFaults } from "../kit/players/live-faults.ts";

const ORDERS = [
  { channel: "drained", origin: "a", kind: "drain" },
  { channel: "banned", origin: "a", kind: "ban" },
  { channel: "pinned", origin: "b", kind: "pin" },
] as const;
/** Its other origin is not there when the order comes. */
const LONE = "lone";
const CHANNELS = [...ORDERS.map(({ channel }) => channel), LONE];
/** Target durations are seconds: good for five of them, and some for a busy machine. */
const MOVE_MS = 15_000;
/** Preference may switch again after ten target durations. */
const CALM_MS = 12_000;

let kit: EdgeStack;
const scripts = new Map<string, LiveScript>();

beforeAll(async () => {
  const both = { origins: ["a", "b"], replicas: "auto" } as const;
  kit = await startEdgeStack(
    CHANNELS.map((id) => ({ id, ...both })),
    { shim: { evictionChance: 0 }, control: { WEIR_API_RATE: "100000:100000" } },
  );
  for (const id of CHANNELS) {
    // Named as stations name them: letter, epoch, six digits.
    const path = `/${id}/index.m3u8`;
    scripts.set(`a ${id}`, startLiveScript({ origin: kit.a, path, name: "a0-000" }));
    scripts.set(`b ${id}`, startLiveScript({ origin: kit.b, path, name: "b0-000", offset: 5_000 }));
  }
  scripts.get(`b ${LONE}`)?.setFault("error");
});
afterAll(async () => {
  for (const script of scripts.values()) script.stop();
  await kit?.stop();
});

async function send(method: string, path: string, value?: object): Promise<Response> {
  return await fetch(`${kit.stack.controlUrl}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${kit.stack.token}` },
    ...(value === undefined ? {} : { body: JSON.stringify(value) }),
  });
}

async function order(channel: string, origin: string, kind: string): Promise<string> {
  const given = { kind, channel, forSeconds: 600 };
  const response = await send("POST", `/origins/${origin}/override`, given);
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

const watch = (channel: string, forMs: number) =>
  watchLive(`${kit.edge}/${channel}/index.m3u8`, Date.now() + forMs);

/** Letter of the origin of the newest segment. */
const toFeeder = ({ text }: Pick<LiveSight, "text">) =>
  toUris(text).at(-1)?.replace(/^.*\//, "").charAt(0);

/** Watches until the origin's segments come; fails after a while. Everything that was seen. */
async function watchUntil(channel: string, origin: string): Promise<LiveReport> {
  const endMs = Date.now() + MOVE_MS;
  const reports: LiveReport[] = [];
  for (;;) {
    const report = await watch(channel, 500);
    reports.push(report);
    if (report.sights.some((sight) => toFeeder(sight) === origin)) return toWhole(reports);
    if (Date.now() > endMs) throw new Error(`${channel} is not fed by ${origin}.`);
  }
}

const toWhole = (reports: readonly LiveReport[]): LiveReport => ({
  sights: reports.flatMap(({ sights }) => sights),
  failed: reports.flatMap(({ failed }) => failed),
  changed: reports.flatMap(({ changed }) => changed),
  regressions: reports.reduce((sum, { regressions }) => sum + regressions, 0),
});

/** Discontinuities from the beginning to the newest segment. */
const toCuts = ({ sights }: LiveReport) => {
  const last = sights.at(-1);
  return (last?.discontinuitySequence ?? 0) + (last?.discontinuities ?? 0);
};

describe("an order about a live channel of unaligned origins", () => {
  test.concurrent.each(ORDERS)(
    "$kind leads away behind one discontinuity, and its end leads nowhere",
    async ({ channel, origin, kind }) => {
      const before = await watch(channel, 6_000);
      expect(before.sights.every((sight) => toFeeder(sight) === "a")).toBe(true);
      expect(toCuts(before)).toBe(0);
      const id = await order(channel, origin, kind);
      const moving = await watchUntil(channel, "b");
      expect(toCuts(moving)).toBe(1);
      expect((await send("DELETE", `/overrides/${id}`)).status).toBe(204);
      const after = await watch(channel, CALM_MS);
      expect(listLiveFaults(toWhole([before, moving, after]))).toEqual([]);
      expect(after.sights.every((sight) => toFeeder(sight) === "b")).toBe(true);
      expect(toCuts(after)).toBe(1);
    },
  );

  test.concurrent("waits for somebody who can take over", async () => {
    const before = await watch(LONE, 6_000);
    const id = await order(LONE, "a", "drain");
    const alone = await watch(LONE, 5_000);
    expect(alone.sights.every((sight) => toFeeder(sight) === "a")).toBe(true);
    scripts.get(`b ${LONE}`)?.setFault(null);
    const moving = await watchUntil(LONE, "b");
    expect(listLiveFaults(toWhole([before, alone, moving]))).toEqual([]);
    expect(toCuts(moving)).toBe(1);
    expect((await send("DELETE", `/overrides/${id}`)).status).toBe(204);
  });
});
