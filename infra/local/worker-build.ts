// Builds one worker as wrangler would: bindings from its wrangler file by wrangler's own reader,
// code by the same bundler with the same conditions. One source of bindings for production and for
// this machine. Runs in a process of its own (build-process.ts), because wrangler's library takes
// 150 MB that nothing needs afterwards.

import { dirname } from "node:path";
import { build, type Plugin } from "esbuild";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";

export interface WorkerSource {
  readonly config: string;
  /** Another entry module in place of the configured one: the production shim's. */
  readonly entry: string | null;
  /** Whether to make the source map that a deployment uploads. */
  readonly withMap?: boolean;
  /** In place of the wrangler file's `keep_names`. */
  readonly keepNames?: boolean;
}

/** What Miniflare needs to run it, as plain data. */
export interface BuiltWorker {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly code: string;
  /** JSON of the source map, if it was wanted. */
  readonly map: string | null;
  readonly entry: string;
  /** Every module whose code is in the bundle, as a path from the wrangler file's folder. */
  readonly inputs: readonly string[];
}

/** Bundles a worker and derives its options. Rejects with the bundler's own messages. */
export async function buildWorker(source: WorkerSource): Promise<BuiltWorker> {
  const { workerOptions, main } = unstable_getMiniflareWorkerOptions(source.config);
  const config = unstable_readConfig({ config: source.config });
  const entry = source.entry ?? main;
  if (entry === undefined || config.name === undefined) {
    throw new Error(`${source.config} needs name and main.`);
  }
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: dirname(source.config),
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["module", "main"],
    external: ["cloudflare:*", "node:*"],
    alias: config.alias ?? {},
    plugins: [makeTextPlugin(config.rules)],
    minify: config.minify ?? false,
    keepNames: source.keepNames ?? config.keep_names ?? true,
    sourcemap: source.withMap === true ? "external" : false,
    outfile: "index.js",
    logLevel: "silent",
    metafile: true,
  });
  const toText = (ending: string) =>
    result.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? null;
  const code = toText(".js") ?? "";
  const inputs = Object.values(result.metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [path] : [],
    ),
  );
  const map = toText(".js.map");
  return { name: config.name, options: workerOptions, code, map, entry, inputs };
}

/** `[[rules]]` of a wrangler file, as far as we read them. */
type Rules = readonly { readonly type: string; readonly globs?: readonly string[] }[];

/** Modules of type Text by the wrangler file's rules: `**` + a literal ending is all we use. */
function makeTextPlugin(rules: Rules): Plugin {
  const endings = rules
    .filter((rule) => rule.type === "Text")
    .flatMap((rule) => rule.globs ?? [])
    .map((glob) => glob.replace(/^\*\*\//, ""));
  return {
    name: "text-modules",
    setup(bundler) {
      for (const ending of endings) {
        const literal = ending.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
        bundler.onLoad({ filter: new RegExp(`(^|/)${literal}$`) }, async ({ path }) => {
          const { readFile } = await import("node:fs/promises");
          return { contents: await readFile(path, "utf8"), loader: "text" };
        });
      }
    },
  };
}
