// Runs workers and the chunk storage in one workerd, watched by a guard. The entry port serves the
// storage alone: Miniflare's S3-compatible endpoint with real SigV4.

import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { type Guard, startGuard } from "./guard.ts";
import { HOST, type WorkerOptions } from "./worker-options.ts";

export const BUCKET = "chunks";
/**
 * Small nurseries: bodies that passed through an isolate hang on garbage in its young generation,
 * and the embedded storage alone would hold 200 MB of them (with this: 110 MB after 1,500 uploads
 * of 70 KB, instead of 185 MB and rising). Whoever measures speed sets the variable themselves.
 */
const MODEST_HEAP = "--max-semi-space-size=1";

export interface Runtime {
  readonly miniflare: Miniflare;
  stop(): Promise<void>;
}

/**
 * Starts workerd. `data` keeps what survives a restart, `scratch` what does not; `onLine` gets what
 * the workers write, which otherwise goes where this process writes.
 */
export async function startRuntime(
  workers: readonly WorkerOptions[],
  keys: { readonly accessKeyId: string; readonly secretAccessKey: string },
  port: number,
  data: string,
  scratch: string,
  onLine?: (line: string) => void,
): Promise<Runtime> {
  const pidFile = join(scratch, "workerd.pid");
  process.env["WEIR_WORKERD"] = toWorkerdPath();
  process.env["WEIR_WORKERD_PID_FILE"] = pidFile;
  process.env["MINIFLARE_WORKERD_V8_FLAGS"] ??= MODEST_HEAP;
  process.env["MINIFLARE_WORKERD_PATH"] = fileURLToPath(new URL("./workerd.sh", import.meta.url));
  const guard: Guard = startGuard(pidFile, scratch);
  const storage = {
    name: "weir-storage",
    modules: true,
    script: `export default { fetch: () => new Response("The S3 endpoint is below /cdn-cgi/local/r2/s3.\\n", { status: 404 }) };`,
    compatibilityDate: "2026-09-15",
    r2Buckets: { CHUNKS: { id: BUCKET, s3Credentials: keys } },
  };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: HOST,
      port,
      cf: false,
      log: new Log(LogLevel.ERROR),
      resourcePersistencePath: data,
      ...(onLine === undefined
        ? {}
        : { handleStructuredLogs: ({ message }: { message: string }) => onLine(message) }),
      workers: [storage, ...workers] as never,
    }),
  );
  try {
    await miniflare.ready;
  } catch (error) {
    await miniflare.dispose().catch(() => undefined);
    guard.release();
    throw error;
  }
  return {
    miniflare,
    async stop() {
      await miniflare.dispose();
      guard.release();
    },
  };
}

/** The one workerd that wrangler and miniflare share. */
function toWorkerdPath(): string {
  const require = createRequire(import.meta.url);
  return (createRequire(require.resolve("miniflare"))("workerd") as { default: string }).default;
}
