// What a deployment does, step by step, as plain values: `npm run deploy -- --dry-run` prints them
// and `npm run deploy` runs them. Order: what has to exist, then edge, preload, control, because
// each binds objects of those before it. Making something that is there already is no failure. The
// edge, which viewers touch, gets its traffic in steps, unless it brings a new class of objects:
// Cloudflare moves migrations for everybody at once, so such a release is a step of its own at 100
// %.

import type { Environment } from "./environment.ts";
import { toResources, type WorkerConfig } from "./worker-config.ts";

export interface DeployStep {
  readonly title: string;
  /** Words behind `wrangler`. `{new}` and `{old}` stand for the edge's versions. */
  readonly words: readonly string[];
  /** What a failure with these words means: that it was done before. */
  readonly isDoneIf: RegExp | null;
  /** Seconds to watch the edge's errors afterwards; a jump rolls back. */
  readonly watchSeconds: number;
}

/** Share of the edge's traffic in each step, per cent. */
export const TRAFFIC_STEPS = [5, 25, 100] as const;
const WATCH_SECONDS = 120;
const EXISTS = /already exists|already taken|code: 10014|code: 11009|code: 10004/i;

export interface PlanInput {
  readonly environment: Environment;
  /** Edge, preload, control. */
  readonly configs: readonly WorkerConfig[];
  /** Paths of the files that were made of them, in the same order. */
  readonly paths: readonly string[];
  /** Whether an edge is running whose traffic can be shifted. */
  readonly hasRunning: boolean;
  /** Whether this release makes a new class of objects at the edge. */
  readonly hasMigration: boolean;
}

/** The steps, in order. */
export function planDeploy(input: PlanInput): readonly DeployStep[] {
  const { environment, configs, paths, hasRunning, hasMigration } = input;
  const [edge = "", ...others] = paths;
  const isShifted = hasRunning && !hasMigration;
  return [
    ...planResources(environment, configs),
    ...(isShifted ? planShift(edge) : [deploy(configs[0]?.name ?? "", edge)]),
    ...others.map((path, index) => deploy(configs[index + 1]?.name ?? "", path)),
  ];
}

function planResources(environment: Environment, configs: readonly WorkerConfig[]): DeployStep[] {
  const { queues, buckets } = toResources(configs);
  const make = (title: string, words: readonly string[]): DeployStep => {
    return { title, words, isDoneIf: EXISTS, watchSeconds: 0 };
  };
  const kv = `weir-policy${environment.suffix}`;
  return [
    { title: "who is logged in", words: ["whoami"], isDoneIf: null, watchSeconds: 0 },
    ...(environment.kvId === ""
      ? [make(`the KV namespace ${kv}`, ["kv", "namespace", "create", kv])]
      : []),
    ...queues.map((name) => make(`the queue ${name}`, ["queues", "create", name])),
    ...buckets.map((name) => make(`the bucket ${name}`, ["r2", "bucket", "create", name])),
  ];
}

function deploy(name: string, path: string): DeployStep {
  const words = ["deploy", "-c", path];
  return { title: `${name}, for everybody`, words, isDoneIf: null, watchSeconds: 0 };
}

function planShift(path: string): DeployStep[] {
  const upload: DeployStep = {
    title: "a version of the edge that nobody uses yet",
    words: ["versions", "upload", "-c", path],
    isDoneIf: null,
    watchSeconds: 0,
  };
  const shifts = TRAFFIC_STEPS.map((share): DeployStep => {
    const versions = share === 100 ? ["{new}@100"] : [`{new}@${share}`, `{old}@${100 - share}`];
    return {
      title: `${share} % of the edge's traffic`,
      words: ["versions", "deploy", ...versions, "-y", "-c", path],
      isDoneIf: null,
      watchSeconds: share === 100 ? 0 : WATCH_SECONDS,
    };
  });
  return [upload, ...shifts];
}

/** The steps back: the edge first, because viewers touch it. */
export function planRollback(paths: readonly string[]): readonly DeployStep[] {
  const [edge = "", preload = "", control = ""] = paths;
  return [edge, control, preload].map((path) => ({
    title: `back to the version before (${path})`,
    words: ["rollback", "-y", "-c", path],
    isDoneIf: null,
    watchSeconds: 0,
  }));
}
