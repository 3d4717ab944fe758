// The programs that the e2e tests use and npm cannot bring: what each is called, which Debian
// package brings it, and where it is. Looks at the PATH only; installs nothing (run.ts does).

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface Program {
  /** What a person calls it. */
  readonly title: string;
  /** Names under which it may be installed; the first is Debian's. */
  readonly names: readonly string[];
  readonly debianPackage: string;
}

export const FFMPEG: Program = { title: "ffmpeg", names: ["ffmpeg"], debianPackage: "ffmpeg" };
export const FFPROBE: Program = { title: "ffprobe", names: ["ffprobe"], debianPackage: "ffmpeg" };
export const CHROMIUM: Program = {
  title: "Chromium",
  names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  debianPackage: "chromium",
};
export const GIT: Program = { title: "git", names: ["git"], debianPackage: "git" };

export const PROMETHEUS: Program = {
  title: "Prometheus",
  names: ["prometheus"],
  debianPackage: "prometheus",
};
export const PROMTOOL: Program = {
  title: "promtool",
  names: ["promtool"],
  debianPackage: "prometheus",
};
export const AMTOOL: Program = {
  title: "amtool",
  names: ["amtool"],
  debianPackage: "prometheus-alertmanager",
};

/** Everything that the whole of `npm run e2e` needs. */
export const PROGRAMS = [FFMPEG, FFPROBE, CHROMIUM, PROMETHEUS, PROMTOOL, AMTOOL] as const;

/** The path of the first of its names that can be run, or null. */
export function findProgram(program: Program): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const paths = program.names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find(isExecutable) ?? null;
}

/** The path; throws with the package's name where there is none. */
export function requireProgram(program: Program): string {
  const path = findProgram(program);
  if (path !== null) return path;
  throw new Error(`${program.title} is not on the PATH; ${printRemedy(program)}.`);
}

/** What a person who misses it should do. */
export function printRemedy(program: Program): string {
  return `on Debian and Ubuntu: apt-get install -y --no-install-recommends ${program.debianPackage}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
