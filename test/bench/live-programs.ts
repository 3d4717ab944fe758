// The programs that the live bench compares us with. They come from Debian and are installed where
// that is allowed; where it is not, one line says which rows will be missing and what would help.

import { spawnSync } from "node:child_process";
import { findProgram, type Program, printRemedy } from "../e2e/kit/programs.ts";

export const NGINX: Program = { title: "nginx", names: ["nginx"], debianPackage: "nginx" };
export const VARNISH: Program = {
  title: "Varnish",
  names: ["varnishd"],
  debianPackage: "varnish",
};

/** Servers live where a person's PATH may not lead. */
const SERVER_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/** Paths of those that are there or could be installed; complains about the others. */
export function seeToPrograms(programs: readonly Program[]): ReadonlyMap<Program, string> {
  process.env["PATH"] = [process.env["PATH"] ?? "", ...SERVER_FOLDERS].join(":");
  const missing = programs.filter((program) => findProgram(program) === null);
  if (missing.length > 0 && process.getuid?.() === 0) install(missing);
  const found = new Map<Program, string>();
  for (const program of programs) {
    const path = findProgram(program);
    if (path !== null) found.set(program, path);
    else console.error(`weir bench: without ${program.title}; ${printRemedy(program)}`);
  }
  return found;
}

function install(programs: readonly Program[]): void {
  const names = programs.map(({ debianPackage }) => debianPackage);
  console.error(`weir bench: installing ${names.join(", ")} with apt-get.`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = { env, stdio: ["ignore", "ignore", "inherit"] as "ignore"[] };
  spawnSync("apt-get", ["update", "-qq"], options);
  const words = ["install", "-y", "-qq", "--no-install-recommends", ...names];
  spawnSync("apt-get", words, options);
}
