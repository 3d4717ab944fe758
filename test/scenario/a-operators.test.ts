// a-: operators in command: orders that move channels and end by themselves, nodes that are banned
// for what they say of themselves, and the incident that comes of it, with its post-mortem.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { printVod } from "../kit/playlists.ts";

let kit: EdgeStack;

beforeAll(async () => {
  kit = await startEdgeStack([{ id: "show", mode: "vod", origins: ["a", "b"] }], {
    control: { WEIR_API_RATE: "100000:100000" },
  });
  for (const origin of [kit.a, kit.b]) origin.on("/show/index.m3u8", { body: printVod(2) });
});
afterAll(() => kit?.stop());

async function send(method: string, path: string, value?: object) {
  const response = await fetch(`${kit.stack.controlUrl}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${kit.stack.token}` },
    ...(value === undefined ? {} : { body: JSON.stringify(value) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each looked at by its test.
  const json: any = isJson ? JSON.parse(text) : null;
  return { status: response.status, text, json };
}

const firstOrigin = async () => (await send("GET", "/routes")).json.channels[0].order[0] as string;
const overrides = async () => (await send("GET", "/overrides")).json.overrides as { id: string }[];

describe("an order", () => {
  test("moves a channel, is written down, and is taken back", async () => {
    await expect.poll(firstOrigin, { timeout: 10_000 }).toBe("a");
    const pin = { kind: "pin", channel: "show", forSeconds: 600 };
    const given = await send("POST", "/origins/b/override", pin);
    expect(given.status).toBe(201);
    const { id } = given.json as { id: string };
    expect(given.json).toMatchObject({ kind: "pin", channel: "show", origin: "b", by: "dev" });
    expect(Date.parse(given.json.until) - Date.parse(given.json.since)).toBe(600_000);
    await expect.poll(firstOrigin, { timeout: 5_000 }).toBe("b");
    expect(await overrides()).toEqual([given.json]);
    const { decisions } = (await send("GET", "/decisions?channel=show")).json;
    expect(decisions).toContainEqual(
      expect.objectContaining({ kind: "override", actor: "dev", origin: "b", to: "pin" }),
    );
    const { entries } = (await send("GET", "/audit?action=overrideOrigin")).json;
    expect(entries[0]).toMatchObject({
      target: `overrides/${id}`,
      before: null,
      after: given.json,
    });

    expect((await send("DELETE", `/overrides/${id}`)).status).toBe(204);
    expect(await overrides()).toEqual([]);
    expect((await send("DELETE", `/overrides/${id}`)).status).toBe(404);
    const revoked = (await send("GET", "/audit?action=revokeOverride")).json.entries;
    expect(revoked.map((each: { outcome: string }) => each.outcome)).toEqual(["refused", "done"]);
    expect(revoked[1]).toMatchObject({ before: given.json, after: null });
  });

  test("ends by itself", async () => {
    expect((await send("POST", "/overrides", { kind: "freeze", forSeconds: 1 })).status).toBe(201);
    expect(await overrides()).toHaveLength(1);
    await expect.poll(overrides, { timeout: 10_000 }).toEqual([]);
  });

  const rows: readonly (readonly [string, object, number, RegExp])[] = [
    ["for ever", { kind: "ban", origin: "a" }, 400, /forSeconds/],
    [
      "for no time",
      { kind: "ban", origin: "a", forSeconds: 0 },
      400,
      /forSeconds: must be at least/,
    ],
    ["for a year", { kind: "ban", origin: "a", forSeconds: 31_536_000 }, 400, /at most 2592000/],
    ["of no kind", { kind: "kill", origin: "a", forSeconds: 5 }, 400, /kind/],
    ["about nobody", { kind: "ban", forSeconds: 5 }, 400, /origin/],
    ["about a stranger", { kind: "pin", origin: "c" }, 422, /no origin "c"/],
    ["for a stranger", { kind: "pin", origin: "a", channel: "c" }, 422, /no channel "c"/],
    [
      "for more than all",
      { kind: "canary", origin: "b", share: 1.5, forSeconds: 5 },
      400,
      /share: must be at most 1/,
    ],
    ["for nothing", { kind: "canary", origin: "b", share: 0, forSeconds: 5 }, 400, /share/],
    ["with a word too much", { kind: "shadow", origin: "a" }, 400, /origin: is not known here/],
  ];
  test.each(rows)("%s is refused", async (_name, order, status, says) => {
    const refused = await send("POST", "/overrides", order);
    expect([refused.status, refused.json.detail]).toEqual([status, expect.stringMatching(says)]);
    expect(await overrides()).toEqual([]);
  });
});

describe("an announced event", () => {
  test("stands until it is over or ended", async () => {
    const from = new Date(Date.now() - 1_000).toISOString();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const event = { channel: "show", from, until, requestsPerSecond: 5_000 };
    const declared = await send("POST", "/declared-events", event);
    expect(declared.status).toBe(201);
    expect((await send("GET", "/declared-events")).json.events).toEqual([declared.json]);
    const backwards = await send("POST", "/declared-events", { from: until, until: from });
    expect([backwards.status, backwards.json.detail]).toEqual([
      422,
      expect.stringContaining("ends before it begins"),
    ]);
    expect((await send("DELETE", `/declared-events/${declared.json.id}`)).status).toBe(204);
    expect((await send("GET", "/declared-events")).json.events).toEqual([]);
  });
});

describe("a node", () => {
  test("that reports trouble is banned, and the incident can be read, taken up and exported", async () => {
    const beat = { origin: "b", node: "rack-7", state: "error", mediaCount: 3 };
    for (let count = 0; count < 4; count++) {
      expect((await send("POST", "/heartbeats", beat)).status).toBe(204);
    }
    const { nodes } = (await send("GET", "/heartbeats")).json;
    expect(nodes).toEqual([
      expect.objectContaining({ origin: "b", node: "rack-7", state: "error", ban: "banned" }),
    ]);
    expect(Date.parse(nodes[0].bannedUntil)).toBeGreaterThan(Date.now());
    const unknown = await send("POST", "/heartbeats", { ...beat, origin: "zzz" });
    expect([unknown.status, unknown.json.type]).toEqual([422, "urn:weir:problem:order-refused"]);

    const { incidents } = (await send("GET", "/incidents?open=true")).json;
    const { id } = incidents.find(({ origins }: { origins: string[] }) => origins.includes("b"));
    const incident = (await send("GET", `/incidents/${id}`)).json;
    expect(incident.entries).toContainEqual(
      expect.objectContaining({ kind: "node-ban", origin: "b", to: "banned" }),
    );
    expect((await send("POST", `/incidents/${id}/acknowledge`)).status).toBe(204);
    expect((await send("GET", `/incidents/${id}`)).json.acknowledgedBy).toBe("dev");
    const story = await send("GET", `/incidents/${id}/post-mortem`);
    expect(story.text).toContain(`# Incident ${id}`);
    expect(story.text).toMatch(/\*\*node-ban\*\* b/);
    expect(story.text).toContain("| taken up by | dev |");
  });

  test("decisions tell of the catalog too, and by whom", async () => {
    const { decisions } = (await send("GET", "/decisions?limit=200")).json;
    const applied = { kind: "catalog", actor: "dev", from: null, to: "version 1" };
    expect(decisions).toContainEqual(expect.objectContaining(applied));
  });

  test("decisions come in pages, newest first, every one once", async () => {
    const whole = (await send("GET", "/decisions?limit=200")).json.decisions as { seq: number }[];
    expect(whole.length).toBeGreaterThan(5);
    const seqs: number[] = [];
    let cursor = "";
    do {
      const page = (await send("GET", `/decisions?limit=2${cursor}`)).json;
      seqs.push(...page.decisions.map(({ seq }: { seq: number }) => seq));
      cursor = page.next === null ? "" : `&cursor=${page.next}`;
    } while (cursor !== "");
    expect(seqs.slice(-whole.length)).toEqual(whole.map(({ seq }) => seq));
    expect([...seqs].sort((a, b) => b - a)).toEqual(seqs);
  });
});
