// The real `npm start`, as a person types it: npm from the system, not the project's own programs
// in front. Knows every process that came from it, so that a test can end one of them and see what
// becomes of the others, and so that nothing is left when a test fails.

import { type ChildProcess, spawn } from "node:child_process";
import { delimiter, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describeThreads, isRunning, type ProcessEntry, readProcessTree } from "./process-tree.ts";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** A generous wait: whether it is quick is printed, not asserted. */
const READY_MS_MAX = 60_000;
const EXIT_MS_MAX = 60_000;
const LOOK_MS = 50;
/** The stack removes its temporary files when it may; what is killed leaves them behind. */
const POLITE_MS_MAX = 5_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Ready {
  readonly edge: string;
  readonly control: string;
  readonly tookMs: number;
}

export interface NpmStart {
  readonly pid: number;
  /** Everything it has written until now. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The ready line; rejects with the output when it ends or stays silent instead. */
  readonly ready: () => Promise<Ready>;
  /** Its end; rejects with what still runs when it takes longer than a minute. */
  readonly exit: () => Promise<Exit>;
  /** Whoever was ever seen in its tree, dead or alive. */
  readonly family: () => readonly ProcessEntry[];
  /** Ends whatever is still alive, by process id. */
  readonly end: () => void;
}

export interface NpmStartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const started = new Set<NpmStart>();
// If the test run itself is ended, its children must not stay behind.
process.on("exit", () => {
  for (const each of started) each.end();
});

/** Free ports unless `words` say otherwise. */
export const FREE_PORTS = ["--port", "0", "--control-port", "0", "--storage-port", "0"];

export function npmStart(words: readonly string[], options: NpmStartOptions = {}): NpmStart {
  const startedAtMs = Date.now();
  const child = spawn("npm", ["start", "--", ...words], {
    cwd: options.cwd ?? ROOT,
    env: { ...toPersonsEnvironment(), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, as a shell gives to each command: Ctrl-C then means this group.
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("npm could not be started.");
  const output = collectOutput(child);
  const family = new Map<string, ProcessEntry>();
  const look = () => {
    for (const entry of readProcessTree(pid))
      family.set(`${entry.pid}/${entry.startedTicks}`, entry);
  };
  const looking = setInterval(look, LOOK_MS);
  const exit = new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  child.once("exit", () => clearInterval(looking));
  look();

  const self: NpmStart = {
    pid,
    ...output,
    exit: () => Promise.race([exit, failLate(pid, output)]),
    family: () => {
      look();
      return [...family.values()];
    },
    end: () => {
      clearInterval(looking);
      look();
      started.delete(self);
      for (const entry of family.values()) if (isRunning(entry)) kill(entry.pid, "SIGKILL");
    },
    ready: () => waitForReady(child, output, startedAtMs),
  };
  started.add(self);
  return self;
}

/** Waits until none of them runs any more; those that still do are returned after `waitMs`. */
export async function waitForEnd(
  family: readonly ProcessEntry[],
  waitMs: number,
): Promise<{ readonly left: readonly ProcessEntry[]; readonly tookMs: number }> {
  const startedAtMs = Date.now();
  for (;;) {
    const left = family.filter(isRunning);
    const tookMs = Date.now() - startedAtMs;
    if (left.length === 0 || tookMs > waitMs) return { left, tookMs };
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Ends all that is still running, politely if it can; for `afterEach`. */
export async function endAll(): Promise<void> {
  const all = [...started];
  for (const each of all) {
    const family = each.family();
    const first = family.find(isRunning);
    if (first !== undefined) kill(first.pid, "SIGTERM");
    await waitForEnd(family, POLITE_MS_MAX);
    each.end();
  }
}

/** Without what `npm run e2e` added for itself: its programs on the PATH, its configuration. */
export function toPersonsEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS$|VITEST|WEIR_|MINIFLARE_)/i.test(name),
  );
  const path = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes(`node_modules${sep}`));
  return { ...Object.fromEntries(entries), PATH: path.join(delimiter) };
}

function collectOutput(child: ChildProcess) {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return { stdout: () => stdout, stderr: () => stderr };
}

async function waitForReady(
  child: ChildProcess,
  output: ReturnType<typeof collectOutput>,
  startedAtMs: number,
): Promise<Ready> {
  for (;;) {
    const line = /^weir ready edge=(http:\/\/\S+) control=(http:\/\/\S+)$/m.exec(output.stdout());
    const tookMs = Date.now() - startedAtMs;
    if (line !== null) return { edge: line[1] ?? "", control: line[2] ?? "", tookMs };
    if (child.exitCode !== null || child.signalCode !== null || tookMs > READY_MS_MAX) {
      throw new Error(`npm start did not become ready:\n${output.stdout()}\n${output.stderr()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Rejects after EXIT_MS_MAX with the processes that are left and what each of them waits for. */
async function failLate(pid: number, output: ReturnType<typeof collectOutput>): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, EXIT_MS_MAX).unref());
  const left = readProcessTree(pid).map(
    (entry) => `${entry.pid} ${entry.words.join(" ")}\n${describeThreads(entry)}`,
  );
  throw new Error(
    `npm start did not end in ${EXIT_MS_MAX / 1_000} s.\n${left.join("\n")}\n` +
      `${output.stdout()}\n${output.stderr()}`,
  );
}

function kill(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone between the look and the kill, which is what we wanted.
  }
}
