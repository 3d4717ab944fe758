// A process and all that came from it, as Linux shows them below /proc: who is alive, what they
// hold in memory, which ports they listen on. Looks only; ending processes is up to its caller.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** The kernel's short name, such as "node" or "workerd". */
  readonly name: string;
  readonly words: readonly string[];
  /** With the pid it names one process for ever: pids are given out again. */
  readonly startedTicks: number;
}

/** The process itself first, then its descendants; empty when it is gone. */
export function readProcessTree(pid: number): readonly ProcessEntry[] {
  const all = readAll();
  const tree = all.filter((entry) => entry.pid === pid);
  for (const member of tree) tree.push(...all.filter((entry) => entry.parent === member.pid));
  return tree;
}

/** Whether this very process still runs; a zombie that nobody has collected yet does not. */
export function isRunning({ pid, startedTicks }: ProcessEntry): boolean {
  const stat = readStat(pid);
  return stat !== null && stat.startedTicks === startedTicks && stat.state !== "Z";
}

export function residentBytes({ pid }: ProcessEntry): number {
  const rollup = tryRead(`/proc/${pid}/smaps_rollup`) ?? tryRead(`/proc/${pid}/status`) ?? "";
  const kilobytes = /^(?:Rss|VmRSS):\s+(\d+) kB$/m.exec(rollup)?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** A line per thread: its name, its state and where in the kernel it sleeps. */
export function describeThreads({ pid }: ProcessEntry): string {
  const lines = readNames(`/proc/${pid}/task`).map((thread) => {
    const task = `/proc/${pid}/task/${thread}`;
    const status = tryRead(`${task}/status`) ?? "";
    const name = /^Name:\s+(.*)$/m.exec(status)?.[1] ?? "?";
    const state = /^State:\s+(.*)$/m.exec(status)?.[1] ?? "?";
    return `  ${thread} ${name} ${state} ${tryRead(`${task}/wchan`) ?? ""}`;
  });
  return lines.join("\n");
}

/** TCP ports on which any of them listens. */
export function readListeningPorts(tree: readonly ProcessEntry[]): readonly number[] {
  const inodes = new Set(tree.flatMap(({ pid }) => readSocketInodes(pid)));
  const lines = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) =>
    (tryRead(file) ?? "").split("\n").slice(1),
  );
  const ports = lines.flatMap((line) => {
    const [, address = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    const isListening = state === "0A" && inodes.has(inode);
    return isListening ? [Number.parseInt(address.split(":")[1] ?? "", 16)] : [];
  });
  return [...new Set(ports)].sort((a, b) => a - b);
}

function readAll(): ProcessEntry[] {
  return readdirSync("/proc").flatMap((name) => {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null;
    if (stat === null) return [];
    const words = (tryRead(`/proc/${name}/cmdline`) ?? "")
      .split("\0")
      .filter((word) => word !== "");
    return [{ ...stat, words }];
  });
}

function readStat(pid: number) {
  const stat = tryRead(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const end = stat.lastIndexOf(")");
  const fields = stat.slice(end + 2).split(" ");
  return {
    pid,
    name: stat.slice(stat.indexOf("(") + 1, end),
    state: fields[0] ?? "",
    parent: Number(fields[1]),
    startedTicks: Number(fields[19]),
  };
}

function readSocketInodes(pid: number): readonly string[] {
  return readNames(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}

function readNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function tryRead(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
