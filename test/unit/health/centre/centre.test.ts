// The health centre as a whole: what goes in, what comes out, and that nothing is decided twice.

import { describe, expect, test } from "vitest";
import type { Catalog, Channel } from "../../../../workers/core/config/catalog.ts";
import type { Policy } from "../../../../workers/core/contract/policy.ts";
import {
  applyCentreEvent,
  type CentreEvent,
} from "../../../../workers/core/health/centre/apply.ts";
import {
  type Centre,
  type CentreEffect,
  toCentre,
  toRestartedCentre,
  toTrimmedCentre,
} from "../../../../workers/core/health/centre/centre.ts";
import type { Override } from "../../../../workers/core/health/operators/override.ts";
import { toRegionChoice } from "../../../../workers/core/health/region-choice.ts";
import type { SightingOutcome } from "../../../../workers/core/health/sighting.ts";
import { toSituation } from "../../origin/situation.ts";

const T0 = 1_800_000_000_000;
const REGIONS = ["enam", "weur", "apac"];
const { catalog } = toSituation({ policy: { replicas: "identical" } }).index;

/** Plays a story in seconds; witnesses number their messages themselves. */
class Story {
  centre: Centre = toCentre(REGIONS);
  readonly effects: CentreEffect[] = [];
  nowMs = T0;
  #seq = 0;

  constructor(given: Catalog = catalog) {
    this.take({ kind: "catalog", version: 1, catalog: given });
  }

  take(event: CentreEvent): this {
    const step = applyCentreEvent(this.centre, event, this.nowMs);
    this.centre = step.centre;
    this.effects.push(...step.effects);
    return this;
  }

  wait(seconds: number): this {
    this.nowMs += seconds * 1_000;
    return this;
  }

  /** One region's word on one origin. */
  see(region: string, originId: string, outcome: SightingOutcome, channelId = "demo"): this {
    this.#seq += 1;
    const witnessId = `${region} ${channelId} ${originId}`;
    const life = `${region}-1`;
    const hearing = { witnessId, region, life, seq: this.#seq, seenAtMs: this.nowMs - 77_777 };
    const sighting = { channelId, originId, role: "playlists" as const, outcome };
    return this.take({ kind: "sightings", hearing, sightings: [sighting] });
  }

  seeAll(outcome: (originId: string) => SightingOutcome): this {
    for (const region of REGIONS) {
      for (const originId of ["east", "west"]) this.see(region, originId, outcome(originId));
    }
    return this;
  }

  get policy(): Policy {
    return this.centre.policy as Policy;
  }

  get order(): string {
    const choice = this.policy.channels[0];
    const timeline = choice?.timelines.find(({ n }) => n === choice.current);
    return `${timeline?.origins.join(">")} ${choice?.reason}`;
  }

  kinds(): string[] {
    return this.effects.flatMap((each) => (each.kind === "record" ? [each.record.kind] : []));
  }
}

const good = (lastMsn: number): SightingOutcome => ({
  kind: "playlist",
  latencyMs: 40,
  targetDurationMs: 2_000,
  ended: false,
  lastMsn,
  marks: [],
});
const bad: SightingOutcome = {
  kind: "failed",
  latencyMs: 5,
  failure: "refused",
  detail: "refused",
  count: 2,
};
const override = (given: object): CentreEvent => ({
  kind: "override",
  override: {
    id: "o1",
    channelId: null,
    by: "kim",
    atMs: T0,
    untilMs: T0 + 900_000,
    originId: "west",
    kind: "pin",
    ...given,
  } as Override,
});
const report = (failures: Record<string, number>, tries: number): CentreEvent => ({
  kind: "reports",
  region: "enam",
  reports: [
    { contract: 1, origin: "east", region: "enam", tries, failures, latencyLog2: [], bytes: 0 },
  ],
});

describe("a catalog", () => {
  test("is published at once, with what is known", () => {
    const story = new Story();
    expect(story.order).toBe("east>west unproven");
    expect(story.policy.catalogVersion).toBe(1);
    expect(story.effects.map(({ kind }) => kind)).toEqual(["publish"]);
  });

  test("versions rise, also against the clock", () => {
    const story = new Story();
    const before = story.policy.version;
    story.wait(-60).take({ kind: "catalog", version: 2, catalog });
    expect(story.policy.version).toBe(before + 1);
  });
});

test("an incident of an origin that left the catalog can end", () => {
  const story = new Story()
    .seeAll(() => good(1))
    .wait(2)
    .seeAll((id) => (id === "west" ? bad : good(12)));
  expect(story.centre.incidents[0]?.open).toContain("verdict demo west ");
  const [channel] = catalog.channels;
  if (channel === undefined) throw new Error("There is a channel.");
  const east = channel.origins.filter(({ id }) => id === "east");
  const less = { ...catalog, channels: [{ ...channel, origins: east }] };
  story.take({ kind: "catalog", version: 2, catalog: less });
  expect(story.centre.incidents[0]?.open).toEqual([]);
  story.wait(400).take({ kind: "tick" });
  expect(story.centre.incidents[0]?.closedAtMs).not.toBeNull();
});

test("a new catalog forgets what was seen of places that are gone", () => {
  const story = new Story().seeAll(() => good(1));
  expect(story.centre.views.get("demo")?.size).toBe(6);
  const [channel] = catalog.channels;
  if (channel === undefined) throw new Error("There is a channel.");
  const east = channel.origins.filter(({ id }) => id === "east");
  const less = { ...catalog, channels: [{ ...channel, origins: east }] };
  story.take({ kind: "catalog", version: 2, catalog: less });
  expect(story.centre.views.get("demo")?.size).toBe(3);
  expect([...(story.centre.world.get("demo")?.keys() ?? [])]).toEqual(["east"]);
  expect(story.kinds()).toContain("catalog");
  story.take({ kind: "catalog", version: 3, catalog: { ...catalog, channels: [] } });
  expect(story.centre.views.size + story.centre.world.size).toBe(0);
});

describe("verdicts and the choice", () => {
  test("one region's word moves nobody, two regions' does", () => {
    const story = new Story()
      .seeAll(() => good(1))
      .wait(2)
      .see("enam", "east", bad);
    expect(story.order).toBe("east>west preferred");
    story.see("weur", "east", bad);
    expect(story.order).toBe("west>east preferred-not-green");
    expect(story.kinds().slice(-2)).toEqual(["verdict", "order"]);
  });

  test("who cannot reach it alone goes round it alone", () => {
    const story = new Story()
      .seeAll(() => good(1))
      .wait(2)
      .see("enam", "east", bad);
    const [choice] = story.policy.channels;
    if (choice === undefined) throw new Error("There is a channel.");
    const orderOf = (region: string) => toRegionChoice(choice, region).timelines[0]?.origins;
    expect(orderOf("enam")?.[0]).toBe("west");
    expect(choice.timelines[0]?.origins[0]).toBe("east");
  });

  test("nothing new is not published again", () => {
    const story = new Story().seeAll(() => good(1));
    const count = story.effects.length;
    story
      .wait(2)
      .seeAll(() => good(2))
      .take({ kind: "tick" });
    expect(story.effects.length).toBe(count);
  });

  test("a witness that is silent has no voice: the verdict stands", () => {
    const story = new Story()
      .seeAll(() => good(1))
      .wait(60)
      .take({ kind: "tick" });
    story.see("enam", "east", bad);
    expect(story.order).toBe("east>west preferred");
  });

  test("the audit tells what stood behind it", () => {
    const story = new Story().seeAll(() => good(7)).wait(2);
    story.see("enam", "east", bad).see("weur", "east", bad);
    const record = story.centre.audit.records.findLast(({ kind }) => kind === "verdict");
    expect(record).toMatchObject({ originId: "east", from: "yellow", to: "red", actor: "health" });
    expect(record?.inputs["lastGoodAtMs"]).toBe(T0);
    expect(record?.inputs["enam"]).toMatch(/red \(failing\).*2 failures.*segment 7/);
    expect(story.centre.incidents).toHaveLength(1);
  });

  test("the first good answer after a switch is noted, once", () => {
    const story = new Story().seeAll(() => good(1)).wait(2);
    story.see("enam", "east", bad).see("weur", "east", bad);
    story.see("apac", "west", good(2)).see("enam", "west", good(2));
    expect(story.kinds().filter((kind) => kind === "first-good")).toHaveLength(1);
  });
});

describe("edges' reports", () => {
  test("condemn with probes, not by one region alone", () => {
    const story = new Story().seeAll(() => good(1)).wait(1);
    story.take(report({ refused: 5 }, 5));
    expect(story.order).toBe("east>west preferred");
    story.see("weur", "east", bad);
    expect(story.order).toBe("west>east preferred-not-green");
  });

  test("trouble brings a look, again less and less often", () => {
    const story = new Story().seeAll(() => good(1));
    const looks: number[] = [];
    for (let tenths = 0; tenths < 300; tenths += 1) {
      story.wait(0.1);
      const before = story.effects.length;
      story.take(report({ late: 1 }, 1));
      if (story.effects.slice(before).some(({ kind }) => kind === "look")) looks.push(tenths);
    }
    expect(looks).toEqual([0, 10, 30, 70, 150]);
  });

  test("what is not the origin's fault is not counted against it", () => {
    const story = new Story().seeAll(() => good(1)).wait(1);
    for (let turn = 0; turn < 5; turn += 1) story.take(report({ absent: 9, "of-2030": 9 }, 9));
    const [row] = [...(story.centre.views.get("demo")?.values() ?? [])];
    expect(row?.health.verdict).toBe("green");
  });

  test("of origins that nobody knows are dropped", () => {
    const story = new Story();
    const strange = {
      contract: 1,
      origin: "x",
      region: "enam",
      tries: 9,
      failures: {},
      latencyLog2: [],
      bytes: 0,
    };
    story.take({ kind: "reports", region: "enam", reports: [strange] });
    expect(story.centre.views.size).toBe(0);
  });
});

describe("operators", () => {
  test("a pin is obeyed at once and written down with a name", () => {
    const story = new Story().seeAll(() => good(1)).take(override({}));
    expect(story.order).toBe("west>east pinned");
    const record = story.centre.audit.records.find(({ kind }) => kind === "override");
    expect(record).toMatchObject({ actor: "kim", to: "pin", originId: "west" });
  });

  test("what ends is ended by the clock", () => {
    const story = new Story().seeAll(() => good(1)).take(override({}));
    story
      .wait(900)
      .seeAll(() => good(2))
      .take({ kind: "tick" });
    expect(story.centre.overrides).toEqual([]);
    story
      .wait(30)
      .seeAll(() => good(3))
      .take({ kind: "tick" });
    expect(story.order).toBe("east>west preferred");
  });

  test("a revocation", () => {
    const story = new Story()
      .seeAll(() => good(1))
      .take(override({ kind: "ban", originId: "east" }));
    expect(story.order).toBe("west>east preferred-banned");
    story.take({ kind: "revoke", id: "o1", by: "lee" });
    expect(story.centre.audit.records.at(-1)).toMatchObject({
      actor: "lee",
      from: "ban",
      to: null,
    });
    story.take({ kind: "revoke", id: "o1", by: "lee" });
    expect(story.kinds().filter((kind) => kind === "override")).toHaveLength(2);
  });

  test("in shadow mode nothing moves, and what would have is told once", () => {
    const story = new Story().seeAll(() => good(1)).take(override({ kind: "shadow" }));
    story.wait(2).see("enam", "east", bad).see("weur", "east", bad).see("apac", "east", bad);
    expect(story.order).toBe("east>west preferred");
    expect(story.kinds().filter((kind) => kind === "would-switch")).toHaveLength(1);
  });

  /** Whom the coordinator is told to leave, of "@t0 east" and "@t1 west". */
  const toLeft = (story: Story) => story.policy.channels[0]?.left?.join() ?? "nobody";
  const ordered = (...orders: readonly object[]) => {
    const story = new Story(catalog).seeAll(() => good(1));
    for (const [n, order] of orders.entries()) story.take(override({ id: `o${n}`, ...order }));
    return story;
  };
  test.each([
    ["a pin leaves everybody else", [{}], "east"],
    ["of the leader nobody moves", [{ originId: "east" }], "west"],
    ["a drain", [{ kind: "drain", originId: "east" }], "east"],
    ["a ban", [{ kind: "ban", originId: "east" }], "east"],
    [
      "a ban of everybody is of nobody",
      [{ kind: "ban" }, { kind: "ban", originId: "east" }],
      "nobody",
    ],
    ["a freeze leaves nobody", [{ kind: "freeze" }], "nobody"],
    ["for another channel", [{ kind: "drain", originId: "east", channelId: "x" }], "nobody"],
  ])("whom a live channel leaves: %s", (_, orders, want) => {
    expect(toLeft(ordered(...orders))).toBe(want);
  });

  test("nobody is left for one who is dead, and nobody any more when the word is over", () => {
    const story = ordered({ kind: "drain", originId: "east" });
    expect(toLeft(story)).toBe("east");
    story.wait(2).seeAll((id) => (id === "west" ? bad : good(2)));
    expect(toLeft(story)).toBe("nobody");
    const other = ordered({ kind: "drain", originId: "east" });
    other.take({ kind: "revoke", id: "o0", by: "lee" });
    expect(toLeft(other)).toBe("nobody");
    expect(other.order).toMatch(/^west>east/);
  });

  test("a library has no feeder that could be left", () => {
    const [channel] = catalog.channels;
    if (channel === undefined) throw new Error("There is a channel.");
    const shelf = { ...catalog, channels: [{ ...channel, mode: "vod" as const }] };
    const story = new Story(shelf).seeAll(() => good(1));
    story.take(override({ kind: "drain", originId: "east" }));
    expect(toLeft(story)).toBe("nobody");
    expect(story.order).toBe("west>east preferred-drained");
  });

  const toCanary = ({ policy }: Story) => {
    const [choice] = policy.channels;
    const { canary, canaries = [] } = choice ?? {};
    const on = canary === undefined ? "off" : `${canary.n} ${canary.originId} ${canary.share}`;
    return `${on}, of ${canaries.map(({ n, originId }) => `${n} ${originId}`).join(" ")}`;
  };

  test("a canary travels with the policy, and its number outlives it", () => {
    const story = new Story().seeAll(() => good(1));
    story.take(override({ kind: "canary", share: 0.05, channelId: "demo" }));
    expect(toCanary(story)).toBe("1 west 0, of 1 west");
    story.wait(3).take({ kind: "tick" });
    expect(toCanary(story)).toBe("1 west 0.05, of 1 west");
    expect(story.order).toBe("east>west preferred");
    story.take({ kind: "revoke", id: "o1", by: "lee" });
    expect(toCanary(story)).toBe("off, of 1 west");
    story.centre = toRestartedCentre(story.centre);
    story
      .take(override({ id: "o2", kind: "canary", share: 0.1 }))
      .wait(3)
      .take({ kind: "tick" });
    expect(toCanary(story)).toBe("2 west 0.1, of 1 west 2 west");
    story.wait(901).take({ kind: "tick" });
    expect(toCanary(story)).toBe("off, of 1 west 2 west");
  });

  test("a canary is off while a stronger word or its health says so", () => {
    const story = new Story().seeAll(() => good(1)).take(override({ kind: "canary", share: 0.05 }));
    story.wait(2).take(override({ id: "o2", kind: "ban", untilMs: T0 + 5_000 }));
    expect(toCanary(story)).toBe("off, of 1 west");
    story.wait(4).take({ kind: "tick" });
    expect(toCanary(story)).toBe("1 west 0.05, of 1 west");
    story.wait(2).seeAll((id) => (id === "west" ? bad : good(2)));
    expect(toCanary(story)).toBe("off, of 1 west");
  });

  test("a library's canary has no number, and an origin elsewhere is nobody's", () => {
    const [channel] = catalog.channels;
    if (channel === undefined) throw new Error("There is a channel.");
    const shelf = { ...catalog, channels: [{ ...channel, mode: "vod" as const }] };
    const library = new Story(shelf).take(override({ kind: "canary", share: 0.05 }));
    expect(library.policy.channels[0]?.canary).toEqual({ originId: "west", share: 0.05 });
    expect(library.policy.channels[0]?.canaries).toBeUndefined();
    const one = { ...channel, origins: channel.origins.slice(0, 1) };
    const lone = new Story({ ...catalog, channels: [one] });
    expect(toCanary(lone.take(override({ kind: "canary", share: 0.05 })))).toBe("off, of ");
  });

  test("an override that cannot be meant is a bug of whoever let it in", () => {
    expect(() => new Story().take(override({ untilMs: T0 - 1 }))).toThrow(/must not get here/);
  });
});

describe("nodes and capacities", () => {
  test("all of an origin's nodes banned: it is out", () => {
    const story = new Story().seeAll(() => good(1));
    for (let turn = 0; turn < 3; turn += 1) {
      const beat = { originId: "east", node: "n1", state: "error" as const, mediaCount: null };
      story.wait(1).take({ kind: "heartbeat", beat });
    }
    expect(story.order).toBe("west>east preferred-not-green");
    expect(story.kinds()).toContain("node-ban");
    story.wait(3_600).take({ kind: "tick" });
    expect(story.centre.nodes.get("east n1")?.ban.kind).toBe("half-open");
    story.take({ kind: "node-probe", originId: "east", node: "n1", isGood: true });
    expect(story.centre.nodes.get("east n1")?.ban.kind).toBe("free");
  });

  test("a larger origin gets more of the regions", () => {
    const channels = Array.from({ length: 300 }, (_, k) => ({
      ...(catalog.channels[0] as Catalog["channels"][number]),
      id: `film-${k}`,
      mode: "vod" as const,
    }));
    const story = new Story({ ...catalog, channels });
    const declare = (originId: string, bandwidth: number) => ({
      originId,
      cpu: null,
      memory: null,
      bandwidth,
    });
    story.take({ kind: "capacities", declared: [declare("east", 30), declare("west", 10)] });
    const firsts = story.policy.channels.flatMap((choice) =>
      REGIONS.map((region) => toRegionChoice(choice, region).timelines[0]?.origins[0]),
    );
    const share = firsts.filter((id) => id === "east").length / firsts.length;
    expect(Math.abs(share - 0.75)).toBeLessThan(4 * Math.sqrt((0.75 * 0.25) / firsts.length));
  });
});

describe("what is decided elsewhere", () => {
  test("is written into the same story", () => {
    const story = new Story().take({
      kind: "note",
      entry: {
        kind: "shed",
        actor: "overload",
        channelId: "demo",
        originId: null,
        region: "enam",
        from: "none",
        to: "0.2",
        reason: "relays",
        inputs: { load: 100, sessions: 40_000 },
      },
    });
    expect(story.centre.incidents[0]).toMatchObject({ level: "critical", sessionsMax: 40_000 });
    expect(story.centre.audit.records.at(-1)?.actor).toBe("overload");
  });
});

describe("a restart", () => {
  test("keeps what was stored, and lets the first witness condemn nobody", () => {
    const story = new Story()
      .seeAll(() => good(1))
      .take(override({ kind: "drain", originId: "west" }));
    const { version } = story.policy;
    story.centre = toRestartedCentre(story.centre);
    expect(story.policy.version).toBe(version);
    story.wait(1).see("enam", "east", bad);
    expect(story.order).toBe("east>west unproven");
    story.see("weur", "east", bad);
    expect(story.order).toBe("west>east unproven");
    expect(story.centre.audit.records.map(({ seq }) => seq)).toEqual(
      story.centre.audit.records.map((_, k) => k + 1),
    );
  });
});

const traffic = (given: object): CentreEvent => ({
  kind: "traffic",
  region: "enam",
  traffic: {
    ...{ requests: 0, serverErrors: 0, sessions: 0, shed: 0, extraAsks: 0, asks: 0 },
    ...{ egressBytes: 0, relayRequests: 0, tookLog2: [], playlists: {} },
    ...given,
  },
});

describe("a crowd", () => {
  const EVENT = {
    ...{ id: "final", channelId: null, fromMs: T0, untilMs: T0 + 3_600_000, by: "kim" },
    ...{ requestsPerSecond: 100, deviation: 10 },
  };
  const crowd = { requests: 9_000, sessions: 500, serverErrors: 900 };
  const play = (given: object) =>
    new Story()
      .take({ kind: "event", event: EVENT })
      .take(traffic(given))
      .wait(10)
      .take({ kind: "tick" });

  test("that does not fit is turned away in part, and the policy says so", () => {
    const story = play(crowd);
    expect(story.policy.shed?.share).toBeGreaterThan(0);
    expect(story.kinds()).toContain("shed");
    expect(story.centre.incidents[0]?.level).toBe("critical");
    story
      .take(traffic({ requests: 900, sessions: 5 }))
      .wait(10)
      .take({ kind: "tick" });
    expect(story.policy.shed).toBeUndefined();
    expect(story.centre.incidents[0]?.open).toEqual([]);
  });

  test("that was announced is none", () => {
    const story = play({ ...crowd, requests: 1_000, serverErrors: 0 });
    expect(story.policy.shed).toBeUndefined();
  });

  test("of an announced event freezes the choice while it is on", () => {
    const story = new Story().take({ kind: "event", event: EVENT });
    expect(story.centre.overrides).toMatchObject([{ kind: "freeze", id: "event:final" }]);
    story.take({ kind: "event-end", id: "final", by: "kim" });
    expect(story.centre.overrides).toEqual([]);
    expect(story.centre.overload.events).toEqual([]);
  });

  test("that shrinks by a fifth for a quarter of an hour is an alarm", () => {
    const story = new Story().seeAll(() => good(1));
    const minute = (count: number) => {
      for (let k = 0; k < 6; k++) {
        story.take(traffic({ requests: count, playlists: { demo: count } }));
        story.wait(10).take({ kind: "tick" });
      }
    };
    for (let k = 0; k < 10; k++) minute(1_000);
    expect(story.centre.viewers.get("demo")).toMatchObject({ usual: 200, isAlarm: false });
    for (let k = 0; k < 16; k++) minute(700);
    expect(story.centre.viewers.get("demo")?.isAlarm).toBe(true);
    expect(story.kinds()).toContain("viewers");
  });
});

describe("what survives", () => {
  test("the secret goes with every policy", () => {
    const story = new Story();
    story.centre = { ...story.centre, querySecret: "s" };
    story.take({ kind: "catalog", version: 2, catalog });
    expect(story.policy.querySecret).toBe("s");
    expect(toRestartedCentre(story.centre).querySecret).toBe("s");
  });

  test("trimmed, the centre goes on as before", () => {
    const story = new Story()
      .seeAll(() => good(1))
      .wait(2)
      .seeAll((id) => (id === "east" ? bad : good(12)));
    const { audit, incidents } = story.centre;
    expect(audit.records.length).toBeGreaterThan(1);
    story.centre = toTrimmedCentre(story.centre);
    expect(story.centre.audit.records).toEqual(audit.records.slice(-1));
    expect(story.centre.incidents).toEqual(incidents);
    story.take(override({}));
    expect(story.centre.audit.records.at(-1)?.seq).toBe(audit.nextSeq);
  });

  test("somebody at an incident ends its escalation", () => {
    const story = new Story()
      .seeAll(() => good(1))
      .wait(2)
      .seeAll((id) => (id === "east" ? bad : good(12)));
    const id = story.centre.incidents[0]?.id ?? "";
    story.take({ kind: "acknowledge", id, by: "kim" });
    expect(story.centre.incidents[0]?.acknowledgedBy).toBe("kim");
  });
});

describe("a node whose ban is over", () => {
  const ill = (): CentreEvent => ({
    kind: "heartbeat",
    beat: { originId: "east", node: "n1", state: "error", mediaCount: null },
  });
  const toHalfOpen = () => {
    const story = new Story().seeAll(() => good(1));
    for (let k = 0; k < 4; k++) story.wait(1).take(ill());
    expect(story.centre.nodes.get("east n1")?.ban.kind).toBe("banned");
    return story.wait(3_601).take({ kind: "tick" });
  };

  test("waits for a look", () => {
    expect(toHalfOpen().centre.nodes.get("east n1")?.ban.kind).toBe("half-open");
  });
  test("is free when its origin is seen well", () => {
    const story = toHalfOpen().wait(1).see("enam", "east", good(9)).take({ kind: "tick" });
    expect(story.centre.nodes.get("east n1")?.ban.kind).toBe("free");
  });
  test("is banned again when it is not", () => {
    const story = toHalfOpen().wait(1).see("enam", "east", bad).take({ kind: "tick" });
    expect(story.centre.nodes.get("east n1")?.ban.kind).toBe("banned");
  });
});

test("files that edges found damaged are a doubt with the next look, however many", () => {
  const story = new Story().seeAll(() => good(1)).wait(1);
  for (const region of ["enam", "weur"]) {
    const counted = { contract: 1, origin: "east", region, tries: 90, latencyLog2: [], bytes: 0 };
    story.take({
      kind: "reports",
      region,
      reports: [{ ...counted, failures: { "wrong-digest": 3 } }],
    });
  }
  expect(story.order).toBe("east>west preferred");
  story.wait(1).seeAll(() => good(2));
  expect(story.centre.world.get("demo")?.get("east")).toMatchObject({
    verdict: "yellow",
    reasons: ["corrupt-once"],
  });
});

test("counts of an origin of several channels make everybody look, and condemn nobody", () => {
  const [first] = catalog.channels;
  if (first === undefined) throw new Error("There is a channel.");
  const two = { ...catalog, channels: [first, { ...first, id: "second" }] };
  const play = (given: Catalog) =>
    new Story(given)
      .seeAll(() => good(1))
      .wait(1)
      .take(report({ refused: 9 }, 9));
  const verdictIn = ({ centre }: Story) => centre.world.get("demo")?.get("east")?.regions["enam"];
  expect(verdictIn(play(catalog))).toBe("red");
  const story = play(two);
  expect(verdictIn(story)).toBe("green");
  expect(story.effects.at(-1)).toEqual({ kind: "look", originId: "east" });
});

test("counts of before its death are no first good answer of an origin that was switched to", () => {
  const west = (failures: Record<string, number>): CentreEvent => ({
    kind: "reports",
    region: "enam",
    reports: [
      {
        contract: 1,
        origin: "west",
        region: "enam",
        tries: 9,
        failures,
        latencyLog2: [],
        bytes: 0,
      },
    ],
  });
  const story = new Story().seeAll(() => good(1)).wait(2);
  for (const id of ["east", "west"]) {
    for (const region of REGIONS) story.see(region, id, bad);
  }
  story.take(west({ refused: 1 }));
  expect(story.kinds()).toContain("order");
  expect(story.kinds()).not.toContain("first-good");
  const other = new Story().seeAll(() => good(1)).wait(2);
  for (const region of REGIONS) other.see(region, "east", bad);
  expect(other.take(west({})).kinds()).toContain("first-good");
});

describe("what the ledger says of joins", () => {
  const joins = (word: "invisible" | "visible" | "impossible", generation = 1): CentreEvent => ({
    kind: "joins",
    channelId: "demo",
    generation,
    joins: new Map([["west", word]]),
  });
  const fall = (story: Story) => story.wait(2).seeAll((id) => (id === "east" ? bad : good(12)));

  test("nobody is switched to who cannot be joined", () => {
    const story = new Story().seeAll(() => good(1)).take(joins("impossible"));
    expect(fall(story).order).toBe("east>west preferred");
    story.take(joins("visible"));
    expect(story.order).toBe("west>east preferred-not-green");
    const order = story.effects.findLast(
      (each) => each.kind === "record" && each.record.kind === "order",
    );
    expect(order).toMatchObject({ record: { inputs: { joins: "west visible" } } });
  });

  test("an old word, and one of a coordinator that was given up, count for nothing", () => {
    const story = new Story().seeAll(() => good(1)).take(joins("impossible"));
    story.wait(20).seeAll(() => good(11));
    expect(fall(story).order).toBe("west>east preferred-not-green");
    const other = new Story().seeAll(() => good(1)).take(joins("visible", 2));
    expect(fall(other.take(joins("impossible", 1))).order).toBe("west>east preferred-not-green");
  });
});

test("networks in trouble go with the policy, and their change is written down", () => {
  const story = new Story();
  const counts = [
    { host: "a.example", network: 1, reports: 900, starved: 5 },
    { host: "a.example", network: 2, reports: 900, starved: 300 },
  ];
  story.take({ kind: "playback", region: "weur", counts }).take({ kind: "tick" });
  expect(story.policy.networks).toEqual([{ region: "weur", host: "a.example", network: 2 }]);
  expect(story.kinds()).toContain("network");
  const { networks } = story.policy;
  story.centre = toRestartedCentre(story.centre);
  story.wait(5).take({ kind: "playback", region: "weur", counts: counts.slice(0, 1) });
  story.take({ kind: "catalog", version: 2, catalog }).take({ kind: "tick" });
  expect(story.policy.networks).toEqual(networks);
  story.wait(500).take({ kind: "tick" });
  expect(story.policy.networks).toEqual(networks);
  story.wait(120).take({ kind: "tick" });
  expect(story.policy.networks).toBeUndefined();
});

describe("regions and capacities", () => {
  const choiceOf = (story: Story, id: string) =>
    story.policy.channels.find((choice) => choice.id === id);

  test("what is kept out is asked last everywhere, and a pin is not kept out", () => {
    const story = new Story().seeAll(() => good(1)).take(override({ kind: "drain" }));
    expect(choiceOf(story, "demo")?.regionAvoids).toEqual({
      enam: ["west"],
      weur: ["west"],
      apac: ["west"],
    });
    story.take(override({ id: "o2", kind: "pin", originId: "west" }));
    expect(choiceOf(story, "demo")?.regionAvoids).toBeUndefined();
  });

  test("a library is spread only where every origin says what it can carry", () => {
    const films = Array.from({ length: 40 }, (_, k) => ({
      ...(catalog.channels[0] as Channel),
      id: `film-${k}`,
      mode: "vod" as const,
    }));
    const spread = (origins: Catalog["origins"]) => {
      const story = new Story({ ...catalog, origins, channels: films });
      return story.policy.channels.filter(({ regionOrders }) => regionOrders !== undefined).length;
    };
    const { origins } = catalog;
    expect(spread(origins)).toBe(0);
    expect(
      spread(origins.map((origin) => ({ ...origin, capacity: { mbps: 100 } }))),
    ).toBeGreaterThan(20);
  });
});
