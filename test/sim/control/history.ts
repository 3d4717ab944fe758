// Puts the places of a history together, plays it from the first moment to the last, and has it
// judged. The same seed and the same machines give the same history.

import type { Catalog } from "../../../workers/core/config/catalog.ts";
import { toCatalogIndex } from "../../../workers/core/config/catalog-index.ts";
import type { Report } from "../../../workers/core/contract/report.ts";
import { parsePlaylist } from "../../../workers/core/hls/parse-playlist.ts";
import type { MediaPlaylist } from "../../../workers/core/hls/playlist.ts";
import type { Asset } from "../../../workers/core/resolve/asset.ts";
import { TTL_POLICY_SPEC } from "../../../workers/core/ttl/policy.ts";
import { Chance } from "../ledger/chance.ts";
import { VirtualClock } from "./clock.ts";
import { ControlHost } from "./control-host.ts";
import { CoordinatorHost, LIVE_PLAYLIST } from "./coordinator-host.ts";
import { EdgeHost } from "./edge-host.ts";
import { GateHost, PolicyReader } from "./gate-host.ts";
import { type Fault, judgeHistory } from "./judge.ts";
import type { Machines } from "./machines.ts";
import { Network, type Place } from "./network.ts";
import { SimOrigin } from "./origin.ts";
import { type Plan, planHistory, REGIONS } from "./plan.ts";
import { ProberHost } from "./prober-host.ts";
import type { History, Published, Recorded } from "./record.ts";

export interface HistoryResult {
  readonly history: History;
  readonly faults: readonly Fault[];
}

/** Plays and judges the history of a seed. */
export function playControl(seed: number, machines: Machines): HistoryResult {
  const history = play(planHistory(seed), machines);
  return { history, faults: judgeHistory(history) };
}

function play(plan: Plan, machines: Machines): History {
  const world = makeWorld(plan, machines);
  const { clock, control, coordinator, edges, gates } = world;
  for (const trouble of plan.troubles) {
    if (trouble.kind !== "restart") continue;
    clock.at(trouble.fromMs, () => {
      if (trouble.place === "control") control.restart();
      if (trouble.place === "coordinator") coordinator.restart();
      gates.find(({ place }) => place.name === trouble.place)?.restart();
      edges.find(({ host }) => host.place.name === trouble.place)?.host.restart();
    });
  }
  clock.runUntil(plan.endMs);
  const { homeReader, origins, published, records } = world;
  return {
    plan,
    origins,
    published,
    records,
    feeds: coordinator.feeds,
    coordinator: coordinator.place,
    readers: [
      { place: coordinator.place, taken: homeReader.taken },
      ...edges.map(({ host, reader }) => ({ place: host.place, taken: reader.taken })),
    ],
    shown: new Map(edges.map(({ host }) => [host.place.name, host.shown])),
    fetched: new Map(edges.map(({ host }) => [host.place.name, host.fetched])),
  };
}

/** Every place, wired to the others; nothing has happened yet but the first catalog. */
function makeWorld(plan: Plan, machines: Machines) {
  const clock = new VirtualClock();
  const network = new Network(clock, plan, new Chance(plan.seed + 1_000_003));
  const origins = plan.origins.map((_, k) => new SimOrigin(plan, k, clock, network));
  const catalog = toCatalog(plan);
  const read = makeReader();
  const gates = REGIONS.map((region) => new GateHost(region, machines));
  const published: Published[] = [];
  const records: Recorded[] = [];
  const probers: ProberHost[] = [];
  const common = { clock, plan, network, machines };
  const control = new ControlHost(catalog, {
    ...common,
    gates,
    onEffect(effect) {
      if (effect.kind === "publish") published.push({ atMs: clock.nowMs, policy: effect.policy });
      if (effect.kind === "record") records.push({ ...effect.record, realMs: clock.nowMs });
    },
    look(originId) {
      for (const prober of probers) {
        network.post(control.place, prober.place, () => prober.suspect(originId));
      }
    },
  });
  const tell: ConstructorParameters<typeof ProberHost>[2]["tell"] = (from, hearing, sightings) =>
    network.post(from, control.place, () =>
      control.take({ kind: "sightings", hearing, sightings }),
    );
  for (const region of REGIONS) {
    probers.push(new ProberHost(region, origins, { clock, plan, machines, read, tell }));
  }
  const report = (from: Place, reports: readonly Report[]): void =>
    network.post(from, control.place, () =>
      control.take({ kind: "reports", region: from.region, reports }),
    );
  const readerOf = (place: Place): PolicyReader => {
    const gate = gates.find((each) => each.place.region === place.region) as GateHost;
    const readCopy = () => control.readCopy();
    return new PolicyReader(place, { clock, network, machines, gate, readCopy, catalog });
  };
  const home: Place = { name: "coordinator", region: plan.origins[0]?.region ?? "enam" };
  const homeReader = readerOf(home);
  const asked = plan.hasTraffic ? origins : [];
  const tellJoins: ConstructorParameters<typeof CoordinatorHost>[1]["tellJoins"] = (from, joins) =>
    network.post(from, control.place, () =>
      control.take({ kind: "joins", channelId: "demo", generation: 1, joins }),
    );
  const wires = { clock, plan, origins: asked, reader: homeReader, read, report, tellJoins };
  const coordinator = new CoordinatorHost(home, wires);
  const film = toFilm(catalog);
  const edges = REGIONS.map((region) => {
    const place: Place = { name: `edge-${region}`, region };
    const reader = readerOf(place);
    const host = new EdgeHost(place, { ...common, origins, coordinator, reader, film, report });
    return { reader, host };
  });
  return { clock, control, coordinator, edges, gates, homeReader, origins, published, records };
}

/** Everybody reads the same texts; reading one again tells nothing new. */
function makeReader(): (text: string) => MediaPlaylist {
  const known = new Map<string, MediaPlaylist>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const playlist = parsePlaylist(text);
    if (playlist.kind !== "media") throw new Error(`The simulator wrote a ${playlist.kind}.`);
    known.set(text, playlist);
    return playlist;
  };
}

function toCatalog(plan: Plan): Catalog {
  const members = plan.origins.map(({ id }) => ({ id, prefix: "", segments: null }));
  const policy = {
    ttl: TTL_POLICY_SPEC,
    auth: "open" as const,
    beyondPrefix: false,
    unknownHosts: "keep" as const,
    hotTier: false,
    query: [],
  };
  return {
    origins: plan.origins.map(({ id, region }) => ({
      kind: "http" as const,
      id,
      url: `https://${id}.example/`,
      region,
    })),
    channels: [
      {
        id: "demo",
        mode: "live",
        playlist: LIVE_PLAYLIST,
        origins: members,
        policy: { ...policy, replicas: plan.replicas },
      },
      {
        id: "film",
        mode: "vod",
        playlist: "film.m3u8",
        origins: members,
        policy: { ...policy, replicas: "identical" },
      },
    ],
    hosts: [],
    probe: { intervalMs: 2_000 },
  };
}

function toFilm(catalog: Catalog): Asset {
  const channel = toCatalogIndex(catalog).channels.get("film");
  if (channel === undefined) throw new Error("The catalog has a film.");
  const path = "film-1.m4s";
  return {
    kind: "segment",
    channel,
    timeline: 0,
    host: null,
    beyondPrefix: false,
    path,
    query: "",
    assetPath: { kind: "asset-path", label: { kind: "timeline", n: 0 }, path },
  };
}
