// A wrangler file as one environment needs it: the same bindings under the environment's names, so
// that staging cannot touch production's objects, queues or buckets. Plain values in and out. Names
// are changed wherever they are written, and only there; it does NOT add or drop a binding.

import type { Environment } from "./environment.ts";

/** A wrangler file as its reader gives it, as far as it is looked at here. */
export interface WorkerConfig {
  readonly name?: string | undefined;
  readonly main?: string | undefined;
  readonly compatibility_date?: string | undefined;
  readonly vars?: Readonly<Record<string, unknown>> | undefined;
  readonly kv_namespaces?: readonly { readonly binding: string; readonly id?: string }[];
  readonly r2_buckets?: readonly { readonly binding: string; readonly bucket_name?: string }[];
  readonly queues?: {
    readonly producers?: readonly { readonly queue: string }[];
    readonly consumers?: readonly {
      readonly queue: string;
      readonly dead_letter_queue?: string;
    }[];
  };
  readonly durable_objects?: {
    readonly bindings?: readonly {
      readonly name: string;
      readonly class_name: string;
      readonly script_name?: string;
    }[];
  };
  readonly migrations?: readonly {
    readonly tag: string;
    readonly new_sqlite_classes?: readonly string[];
  }[];
  readonly [other: string]: unknown;
}

/** What stands for the id of the namespace in the wrangler files; good for the local stack only. */
export const LOCAL_KV_ID = "weir-policy";

/** The same worker in an environment. `host` is its own, null if it has none. */
export function toEnvironmentConfig(
  config: WorkerConfig,
  environment: Environment,
  host: string | null,
): WorkerConfig {
  const { suffix, kvId } = environment;
  const rename = (name: string) => `${name}${suffix}`;
  const { kv_namespaces, r2_buckets, queues, durable_objects, vars } = config;
  const producers = queues?.producers?.map((each) => ({ ...each, queue: rename(each.queue) }));
  const consumers = queues?.consumers?.map((each) => ({
    ...each,
    queue: rename(each.queue),
    ...(each.dead_letter_queue === undefined
      ? {}
      : { dead_letter_queue: rename(each.dead_letter_queue) }),
  }));
  const objects = durable_objects?.bindings?.map((each) =>
    each.script_name === undefined ? each : { ...each, script_name: rename(each.script_name) },
  );
  return {
    ...config,
    name: rename(config.name ?? ""),
    ...(host === null ? {} : { routes: [{ pattern: host, custom_domain: true }] }),
    ...(vars === undefined ? {} : { vars: { ...vars, ...toVars(vars, environment) } }),
    ...(kv_namespaces === undefined
      ? {}
      : { kv_namespaces: kv_namespaces.map((each) => ({ ...each, id: kvId || each.id || "" })) }),
    ...(r2_buckets === undefined
      ? {}
      : {
          r2_buckets: r2_buckets.map((each) => ({
            ...each,
            bucket_name: rename(each.bucket_name ?? ""),
          })),
        }),
    ...(producers === undefined && consumers === undefined
      ? {}
      : { queues: { ...(producers && { producers }), ...(consumers && { consumers }) } }),
    ...(objects === undefined ? {} : { durable_objects: { bindings: objects } }),
  };
}

/** Variables that follow from the environment; only those that the worker has. */
function toVars(
  vars: Readonly<Record<string, unknown>>,
  { edgeHost }: Environment,
): Record<string, string> {
  const known: Record<string, string> = {
    WEIR_CACHE_HOST: edgeHost,
    WEIR_EDGE_URL: `https://${edgeHost}`,
  };
  return Object.fromEntries(Object.entries(known).filter(([name]) => Object.hasOwn(vars, name)));
}

/** Names that have to exist in the account before the workers are deployed. */
export function toResources(configs: readonly WorkerConfig[]) {
  const unique = (names: readonly string[]) => [...new Set(names)].sort();
  return {
    queues: unique(
      configs.flatMap(({ queues }) => [
        ...(queues?.producers ?? []).map(({ queue }) => queue),
        ...(queues?.consumers ?? []).flatMap(({ queue, dead_letter_queue }) =>
          dead_letter_queue === undefined ? [queue] : [queue, dead_letter_queue],
        ),
      ]),
    ),
    buckets: unique(
      configs.flatMap(({ r2_buckets }) =>
        (r2_buckets ?? []).flatMap(({ bucket_name }) => bucket_name ?? []),
      ),
    ),
  };
}
