// The limit of what a worker can cost: one that answers every request with the same bytes and the
// same headers, both made beforehand, on a direct workerd socket, and looks at nothing.

import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { claimPort } from "../../infra/local/ports.ts";

export interface BareAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

export interface BareWorker {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const HOST = "127.0.0.1";
const OPTIONS = { compatibilityDate: "2026-09-15", compatibilityFlags: ["enable_request_signal"] };

/** Starts a workerd of its own with one bare worker per answer; their addresses in that order. */
export async function startBareWorkers(answers: readonly BareAnswer[]) {
  const ports: number[] = [];
  while (ports.length < answers.length) ports.push((await claimPort(0)) ?? 0);
  const entry = (await claimPort(0)) ?? 0;
  const workers = answers.map((answer, index) => ({
    ...OPTIONS,
    name: `bare-${index}`,
    modules: [{ type: "ESModule", path: "index.js", contents: printScript(answer) }],
    unsafeDirectSockets: [{ host: HOST, port: ports[index] ?? 0 }],
  }));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: HOST,
      port: entry,
      cf: false,
      log: new Log(LogLevel.ERROR),
      workers: workers as never,
    }),
  );
  await miniflare.ready;
  const urls = ports.map((port) => `http://${HOST}:${port}`);
  return { urls, stop: () => miniflare.dispose() };
}

/** A Blob is the cheapest body that workerd has: large bytes are not copied for each answer. */
function printScript({ status, headers, body }: BareAnswer): string {
  const base64 = Buffer.from(body).toString("base64");
  return `const bytes = Uint8Array.from(atob("${base64}"), (letter) => letter.charCodeAt(0));
  const body = bytes.length === 0 ? null : new Blob([bytes]);
  const headers = new Headers(${JSON.stringify(headers)});
  const init = { status: ${status}, headers, encodeBody: "manual" };
  export default { fetch: () => new Response(body, init) };
`;
}
