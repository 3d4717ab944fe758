// What is wrong before anything is deployed, one line each with its remedy: for `npm run deploy`
// and `npm run doctor`. Decides from facts that were gathered elsewhere. `blocking` findings stop a
// deployment; of a dry run on a machine without an account the account's are only told.

import type { Environment } from "./environment.ts";
import { LOCAL_KV_ID, type WorkerConfig } from "./worker-config.ts";

export interface Finding {
  readonly weight: "blocking" | "note";
  /** What is wrong, and what to do. */
  readonly line: string;
}

export interface DeployFacts {
  readonly environment: Environment;
  /** As they will be deployed, in this order. */
  readonly configs: readonly WorkerConfig[];
  readonly isDryRun: boolean;
  /** Null: wrangler was not asked. */
  readonly isLoggedIn: boolean | null;
  /** Bytes after gzip by the worker's name without suffix; one that did not build is missing. */
  readonly gzipBytes: Readonly<Record<string, number>>;
  readonly budgets: Readonly<Record<string, number>>;
  /** The newest compatibility date that the installed runtime knows. */
  readonly runtimeDate: string;
  /** Words of what wrangler said where a worker did not build. */
  readonly buildFaults: Readonly<Record<string, string>>;
}

/** All findings, those that stop first. */
export function decideFindings(facts: DeployFacts): readonly Finding[] {
  const found = [
    ...findAccountFaults(facts),
    ...findDateFaults(facts),
    ...findBindingFaults(facts),
    ...findSizeFaults(facts),
    ...Object.entries(facts.buildFaults).map(([name, words]) =>
      block(`${name} does not build: ${words}`),
    ),
  ];
  return found.sort((a, b) => Number(a.weight === "note") - Number(b.weight === "note"));
}

function block(line: string): Finding {
  return { weight: "blocking", line };
}

function findAccountFaults({ environment, isDryRun, isLoggedIn }: DeployFacts): Finding[] {
  const { edgeHost, controlHost, kvId, name } = environment;
  const weight = isDryRun ? "note" : "blocking";
  const found: Finding[] = [];
  if (isLoggedIn === false) {
    const line = "not logged in to Cloudflare: npx wrangler login, or set CLOUDFLARE_API_TOKEN.";
    found.push({ weight, line });
  }
  for (const host of [edgeHost, controlHost]) {
    if (!/(?:^|\.)example\.com$/.test(host)) continue;
    const line = `${host} is an example: put a host of your zone into infra/deploy/environments.json.`;
    found.push({ weight, line });
  }
  if (kvId === "") {
    const made =
      "the KV namespace of the policy has no id: it is made in step 2; put the id it prints";
    found.push({ weight: "note", line: `${made} into ${name}.kvId of environments.json.` });
  }
  return found;
}

function findDateFaults({ configs, runtimeDate }: DeployFacts): Finding[] {
  return configs.flatMap(({ name = "", compatibility_date: date }) => {
    if (date === undefined)
      return [block(`${name} has no compatibility_date; use ${runtimeDate}.`)];
    if (!/^\d{4}-\d\d-\d\d$/.test(date)) {
      return [
        block(`${name}: compatibility_date "${date}" is no date; write it like ${runtimeDate}.`),
      ];
    }
    if (date <= runtimeDate) return [];
    const remedy = `take ${runtimeDate}, or a newer wrangler`;
    return [block(`${name}: the runtime does not know compatibility_date ${date} yet; ${remedy}.`)];
  });
}

/** Objects that are bound and never made, and namespaces that only the local stack knows. */
function findBindingFaults({ configs, environment, isDryRun }: DeployFacts): Finding[] {
  const made = new Map(
    configs.map(({ name = "", migrations }) => [
      name,
      (migrations ?? []).flatMap((each) => each.new_sqlite_classes ?? []),
    ]),
  );
  const objects = configs.flatMap(({ name = "", durable_objects }, at) =>
    (durable_objects?.bindings ?? []).flatMap((each) => {
      const owner = each.script_name ?? name;
      const classes = made.get(owner);
      if (classes === undefined) {
        return [
          block(`${name}: binding ${each.name} names the worker ${owner}, which is not deployed.`),
        ];
      }
      if (!classes.includes(each.class_name)) {
        const remedy = `add it to [[migrations]] of ${owner}`;
        return [
          block(`${name}: no migration makes ${each.class_name} for ${each.name}; ${remedy}.`),
        ];
      }
      const ownerAt = configs.findIndex((config) => config.name === owner);
      if (ownerAt <= at) return [];
      return [block(`${name}: binding ${each.name} needs ${owner}, which is deployed later.`)];
    }),
  );
  const isLocal = configs.some(({ kv_namespaces }) =>
    kv_namespaces?.some(({ id }) => id === LOCAL_KV_ID),
  );
  if (!isLocal || isDryRun || environment.kvId !== "") return objects;
  return [...objects, block(`missing binding POLICY: ${environment.name}.kvId is empty.`)];
}

function findSizeFaults({ gzipBytes, budgets }: DeployFacts): Finding[] {
  return Object.entries(gzipBytes).flatMap(([name, bytes]) => {
    const most = budgets[name];
    if (most === undefined || bytes <= most) return [];
    const remedy = "take something out, or raise it in infra/budgets.json with the reason";
    return [block(`${name} is ${bytes} bytes after gzip, over its budget of ${most}; ${remedy}.`)];
  });
}
