// The catalog of the local stack: the demo's channels, the user's file, or both. The demo's part is
// ordinary TOML of the kind a user would write; it is checked like any other.

import { printCatalogProblem, readCatalog } from "../../workers/core/config/read-catalog.ts";
import type { Demo } from "./demo/demo.ts";
import type { PartOrigin } from "./low-latency/origins.ts";

export const CHUNKS_SECRET = "DEMO_CHUNKS";

export interface DemoStorage {
  readonly endpoint: string;
  readonly bucket: string;
}

/** The demo's channels. West's media stands elsewhere in the storage if it is unaligned. */
export function printDemoCatalog(
  demo: Pick<Demo, "origins">,
  lowLatency: readonly Pick<PartOrigin, "name" | "url">[],
  storage: DemoStorage,
): string {
  const { east, west } = demo.origins;
  const media = (prefix: string) => `{id = "chunks", prefix = "/${prefix.replace(/\/$/, "")}"}`;
  return `# The demo of the local stack.
[[origins]]
id = "east"
kind = "http"
url = "${east.url}"
region = "enam"

[[origins]]
id = "west"
kind = "http"
url = "${west.url}"
region = "wnam"

${lowLatency.map(({ name, url }) => printHttpOrigin(name, url)).join("")}\
[[origins]]
id = "chunks"
kind = "s3"
endpoint = "${storage.endpoint}"
bucket = "${storage.bucket}"
credentials = "${CHUNKS_SECRET}"

[[channels]]
id = "demo"
mode = "live"
origins = [
  {id = "east", segments = ${media(east.prefix)}},
  {id = "west", segments = ${media(west.prefix)}},
]

[[channels]]
id = "demo-ll"
mode = "live"
origins = [${lowLatency.map(({ name }) => `"${name}"`).join(", ")}]

[[channels]]
id = "demo-vod"
mode = "vod"
origins = [{id = "chunks", prefix = "/vod/demo"}]

[probe]
interval_ms = 1000
`;
}

function printHttpOrigin(id: string, url: string): string {
  return `[[origins]]\nid = "${id}"\nkind = "http"\nurl = "${url}"\n\n`;
}

/** Refuses a user's file before anything is started; the lines name the file. */
export function checkCatalogFile(name: string, text: string): readonly string[] {
  const reading = readCatalog(text, { allowIpOrigins: true });
  if (reading.kind === "catalog") return [];
  return reading.problems.map((problem) => printCatalogProblem(name, problem));
}
