// Where the workers' entries under the production shim are, for whoever starts a stack with them.

import { fileURLToPath } from "node:url";

/** Entry modules by worker, as the local stack takes them. */
export const SHIMMED_ENTRIES = {
  edge: toPath("./production/edge.ts"),
  preload: toPath("./production/preload.ts"),
  control: toPath("./production/control.ts"),
} as const;

function toPath(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
