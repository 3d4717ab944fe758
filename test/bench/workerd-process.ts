// What the workerd processes of this bench use, as the kernel counts it.

import { readFileSync } from "node:fs";
import { readProcessTree } from "../e2e/kit/process-tree.ts";

/** Process ids of all workerds below this process. */
export function readWorkerds(): readonly number[] {
  return readProcessTree(process.pid).flatMap(({ pid, name }) => (name === "workerd" ? [pid] : []));
}

/** A tick of /proc is a hundredth of a second on every Linux of today. */
const TICK_US = 10_000;

/** CPU time so far, user and system, all threads, microseconds. */
export function readCpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** Memory that is resident now, bytes. */
export function readResidentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1_024;
}
