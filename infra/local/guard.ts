// Makes sure that nothing of the stack outlives it.
//
// Forwards: if this process is killed without a word (kill -9), nobody can clean up in it. So a
// tiny shell waits at the other end of a pipe: the kernel closes the pipe when we die, the shell
// wakes up and kills workerd. If we stop in good order, we tell it to leave first.
// Backwards: npm starts a shell that starts us, and a signal to npm may end them without reaching
// us. So we look whether our ancestors are still there.

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Guard {
  /** The stack has stopped in good order: nothing is left to kill. */
  release(): void;
}

/** Watches the process whose id is in `pidFile`; `scratch` is a directory of ours to remove. */
export function startGuard(pidFile: string, scratch: string): Guard {
  // `read` returns at the end of the pipe (we died) or with a line (we are done).
  const kill = 'pid=$(cat "$1" 2>/dev/null) && kill -9 "$pid"';
  const script = `if read -r _; then exit 0; fi; ${kill}; rm -rf "$2"`;
  const shell: ChildProcess = spawn("sh", ["-c", script, "guard", pidFile, scratch], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  shell.unref();
  const { stdin } = shell;
  if (stdin !== null && "unref" in stdin && typeof stdin.unref === "function") stdin.unref();
  return {
    release() {
      stdin?.end("done\n");
    },
  };
}

const LOOK_MS = 500;

/** Calls `gone` once when the process that started us, or a shell's own parent, has ended. */
export function watchAncestors(gone: () => void): void {
  const parent = process.ppid;
  const grandparent = isShell(parent) ? toParent(parent) : null;
  const timer = setInterval(() => {
    const orphaned = process.ppid !== parent;
    const shellOrphaned = grandparent !== null && toParent(parent) !== grandparent;
    if (!orphaned && !shellOrphaned) return;
    clearInterval(timer);
    gone();
  }, LOOK_MS);
  timer.unref();
}

/** Fields of /proc/{pid}/stat; null where there is no such file (not Linux, or no process). */
function readStat(pid: number): { readonly name: string; readonly parent: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = stat.lastIndexOf(")");
    const name = stat.slice(stat.indexOf("(") + 1, end);
    return { name, parent: Number(stat.slice(end + 2).split(" ")[1]) };
  } catch {
    return null;
  }
}

function isShell(pid: number): boolean {
  return /^(sh|bash|dash|ash|zsh)$/.test(readStat(pid)?.name ?? "");
}

function toParent(pid: number): number | null {
  return readStat(pid)?.parent ?? null;
}
