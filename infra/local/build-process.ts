// Child process: builds the workers named in argv[2] (JSON) and writes them to argv[3].

import { writeFile } from "node:fs/promises";
import { buildWorker, type WorkerSource } from "./worker-build.ts";

const [sources = "[]", target = ""] = process.argv.slice(2);
try {
  const built = await Promise.all((JSON.parse(sources) as WorkerSource[]).map(buildWorker));
  await writeFile(target, JSON.stringify(built));
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
