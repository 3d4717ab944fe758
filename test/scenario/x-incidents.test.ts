// x-: an incident from its cause to its readers, with nothing in between replaced: an origin dies,
// the health machines see it, the API tells of it, and whoever is on call gets a signed message.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../kit/alert-stack.ts";
import { type EdgeStack, startEdgeStack } from "../kit/edge-stack.ts";
import { type LiveScript, startLiveScript } from "../kit/live-script.ts";

const KEY = Buffer.from("a key of thirty-two bytes length").toString("base64");
/** Probes every two seconds, the desk's look every five, and a busy machine. */
const TOLD = { timeout: 40_000, interval: 200 };

let kit: EdgeStack;
let receiver: Receiver;
const scripts: LiveScript[] = [];

beforeAll(async () => {
  receiver = await startReceiver();
  kit = await startEdgeStack([{ id: "news", origins: ["a", "b"] }], {
    probes: "honest",
    bindings: { WEIR_CONTACT_OPS: `whsec_${KEY}` },
    prepare: (...origins) => {
      for (const origin of origins) {
        scripts.push(startLiveScript({ origin, path: "/news/index.m3u8", segmentMs: 2_000 }));
      }
    },
    toml: () => `
[[contacts]]
id = "ann"
role = "on-call"
kind = "webhook"
url = "${receiver.url}/ann"
credentials = "OPS"
`,
  });
});
afterAll(async () => {
  for (const script of scripts) script.stop();
  await kit?.stop();
  await receiver?.stop();
});

const headers = () => ({ authorization: `Bearer ${kit.stack.token}` });
const read = (path: string) => fetch(`${kit.stack.controlUrl}${path}`, { headers: headers() });

interface Line {
  readonly id: string;
  readonly origins: readonly string[];
  readonly closedAt: string | null;
}

async function findIncident(): Promise<Line | undefined> {
  const { incidents } = (await (await read("/api/v1/incidents")).json()) as { incidents: Line[] };
  return incidents.find(({ origins }) => origins.includes("a"));
}

async function verdictOf(id: string): Promise<string | undefined> {
  const { origins } = (await (await read("/api/v1/origins")).json()) as {
    origins: readonly { id: string; verdict: string }[];
  };
  return origins.find((each) => each.id === id)?.verdict;
}

describe("an origin that dies", () => {
  let id = "";

  test("is an incident within seconds, and reaches whoever is on call", async () => {
    for (const origin of ["a", "b"]) {
      await expect.poll(() => verdictOf(origin), TOLD).toBe("green");
    }
    await kit.a.kill();
    await expect.poll(() => receiver.got.length, TOLD).toBeGreaterThan(0);
    const message = JSON.parse(receiver.got[0]?.body ?? "") as {
      readonly type: string;
      readonly data: { readonly id: string; readonly origins: string[]; readonly level: string };
    };
    expect(message.type).toBe("incident.opened");
    expect(message.data.origins).toContain("a");
    expect(["warning", "critical"]).toContain(message.data.level);
    id = message.data.id;
    expect((await findIncident())?.id).toBe(id);
  });

  test("is told by the API with who was told, and by a post-mortem", async () => {
    await expect
      .poll(async () => (await read(`/api/v1/incidents/${id}`)).json(), TOLD)
      .toMatchObject({ id, closedAt: null, notices: [{ contact: "ann", step: 0 }] });
    const reply = await read(`/api/v1/incidents/${id}/post-mortem`);
    expect(reply.headers.get("content-type")).toMatch(/^text\/markdown/);
    const text = await reply.text();
    expect(text).toMatch(new RegExp(`^# Incident ${id}\n`));
    expect(text).toMatch(/\| origins \| a/);
    expect(text).toMatch(/\*\*verdict\*\* .*a .*→ red/);
    expect(text).toMatch(/## Who was told\n\n- [\d:.]+ ann\n/);
  });

  test("is counted", async () => {
    const text = await (await read("/metrics")).text();
    expect(text).toMatch(/weir_incidents_open\{level="(warning|critical)"\} 1/);
    expect(text).toMatch(/weir_alerts\{state="delivered"\} [1-9]/);
  });

  test("is taken up by somebody, who is named from then on", async () => {
    const taken = await fetch(`${kit.stack.controlUrl}/api/v1/incidents/${id}/acknowledge`, {
      method: "POST",
      headers: headers(),
    });
    expect(taken.status).toBe(204);
    expect(await (await read(`/api/v1/incidents/${id}`)).json()).toMatchObject({
      acknowledgedBy: "dev",
    });
  });
});
