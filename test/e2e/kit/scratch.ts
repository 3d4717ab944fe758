// A directory for the files of one test file, gone when its tests are over.

import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

export interface Scratch {
  readonly path: string;
  /** Writes a file and says where. */
  readonly write: (name: string, content: string | Uint8Array) => Promise<string>;
}

/** To be called at the top of a test file. */
export function makeScratch(): Scratch {
  const path = mkdtempSync(join(tmpdir(), "weir-e2e-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    async write(name, content) {
      const target = join(path, name);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
      return target;
    },
  };
}
