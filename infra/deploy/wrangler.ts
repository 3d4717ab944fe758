// Runs wrangler as a person would, and gives back its words. Bounded in time; its questions are
// answered by `CI`, which makes it take defaults or fail. It does NOT interpret what is said,
// except whether it ended well.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface WranglerEnd {
  readonly isDone: boolean;
  /** Everything that was printed, without colours. */
  readonly text: string;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TIME_MS_MAX = 180_000;

/** `words` stand behind `wrangler`. */
export function runWrangler(words: readonly string[]): Promise<WranglerEnd> {
  const env = { ...process.env, CI: "true", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" };
  const options = { cwd: ROOT, env, timeout: TIME_MS_MAX };
  const child = spawn("npx", ["--no-install", "wrangler", ...words], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
  }
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ isDone: false, text: String(error) }));
    child.once("close", (code) => {
      resolve({ isDone: code === 0, text: text.replace(/\x1b\[[0-9;]*m/g, "") });
    });
  });
}

/** The line that says what went wrong, of everything that was printed. */
export function toFaultLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const fault =
    lines.find((line) => /\[ERROR\]|^✘/.test(line)) ?? lines.findLast((line) => line !== "");
  return (fault ?? "it said nothing").replace(/^✘\s*\[ERROR\]\s*/, "").slice(0, 300);
}
