// hls-parser in strict mode as a judge of one playlist at a time: it enforces most MUSTs of the
// standard. It knows nothing of reloads.

import { createRequire } from "node:module";

const hlsParser = createRequire(import.meta.url)("hls-parser") as {
  parse(text: string): {
    readonly isMasterPlaylist: boolean;
    readonly segments: readonly unknown[];
  };
  setOptions(options: { readonly strictMode: boolean; readonly silent: boolean }): void;
};

/** What is invalid in a playlist; null if nothing is. */
export function findInvalid(text: string): string | null {
  hlsParser.setOptions({ strictMode: true, silent: true });
  try {
    hlsParser.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
