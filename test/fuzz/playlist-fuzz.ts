// The mutation fuzzer: `node test/fuzz/playlist-fuzz.ts --seed N --count M [--from I] [--keep]`.
// Takes playlists of the corpus apart and puts them together wrongly, and asks of everything that
// reads them: no throw, no hang, no superlinear time, and the laws that hold for every accepted
// text (fuzz-laws.ts). Each input depends on seed and number only, so `--seed N --from I --count 1`
// replays one. --keep writes a finding below test/corpus/found/, where the corpus keeps it for
// ever.
//
// The work is done in a thread; this one watches that the input's number advances, because a loop
// without end cannot be seen from inside.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { readCorpus, readFoundInputs } from "../corpus/table.ts";
import { makeChance, makeInput } from "./fuzz-inputs.ts";
import { findSuperlinear, makePace } from "./fuzz-pace.ts";

interface Task {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  /** Number of the input in work, shared with the watching thread. */
  readonly progress: SharedArrayBuffer;
}

interface Finding {
  readonly index: number;
  readonly what: string;
  readonly input: string;
}

interface Summary {
  readonly findings: readonly Finding[];
  readonly accepted: number;
  readonly chars: number;
  readonly scaled: number;
  readonly worst: number;
}

/** No input of a few hundred kilobytes may take longer; a hang takes for ever. */
const hangMs = 60_000;
const findingsMax = 10;
/** Every so many inputs one is blown up to see how time grows. */
const scaleEvery = 200;

function work({ seed, from, count, progress }: Task): Summary {
  const mended = readFoundInputs().filter(({ open }) => !open);
  const seeds = [...readCorpus(), ...mended].map(({ text }) => text);
  const pace = makePace(seeds);
  const current = new Int32Array(progress);
  const findings: Finding[] = [];
  let accepted = 0;
  let chars = 0;
  let scaled = 0;
  for (let index = from; index < from + count && findings.length < findingsMax; index += 1) {
    Atomics.store(current, 0, index);
    const chance = makeChance(seed, index);
    const input = makeInput(seeds, chance);
    chars += input.length;
    const law = pace.check(input);
    if (law.accepted) accepted += 1;
    if (law.broken !== null) findings.push({ index, what: law.broken, input });
    if (index % scaleEvery !== 0) continue;
    scaled += 1;
    // Half of them grow from a sound playlist: what is refused early takes no time at any size.
    const sound = chance.under(2) === 0 ? chance.pick(seeds) : input;
    const steep = findSuperlinear(sound, chance);
    if (steep !== null) findings.push({ index, what: steep.what, input: steep.input });
  }
  return { findings, accepted, chars, scaled, worst: pace.worst() };
}

function watch(task: Task, keep: boolean): void {
  const startedMs = performance.now();
  const worker = new Worker(new URL(import.meta.url), { workerData: task });
  const current = new Int32Array(task.progress);
  let seen = -1;
  let movedMs = performance.now();
  const timer = setInterval(() => {
    const index = Atomics.load(current, 0);
    if (index !== seen) {
      seen = index;
      movedMs = performance.now();
    } else if (performance.now() - movedMs > hangMs) {
      console.error(`fuzz: input ${index} hangs: --seed ${task.seed} --from ${index} --count 1`);
      process.exit(1);
    }
  }, 500);
  worker.on("message", (summary: Summary) => {
    clearInterval(timer);
    report(task, summary, (performance.now() - startedMs) / 1000, keep);
  });
  worker.on("error", (error) => {
    clearInterval(timer);
    console.error(`fuzz: input ${Atomics.load(current, 0)} ended the run:`, error);
    process.exitCode = 1;
  });
}

function report(task: Task, summary: Summary, seconds: number, keep: boolean): void {
  const { findings, accepted, chars, scaled, worst } = summary;
  for (const { index, what, input } of findings) {
    console.error(`fuzz: ${what}\n  replay: --seed ${task.seed} --from ${index} --count 1`);
    if (!keep) continue;
    const folder = join(import.meta.dirname, "../corpus/found");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `s${task.seed}-i${index}.m3u8`), input);
  }
  console.log(
    `fuzz: seed ${task.seed}, ${task.count} inputs (${accepted} accepted, ${scaled} scaled), ` +
      `${(chars / 1e6).toFixed(1)} MB, ${seconds.toFixed(1)} s, ` +
      `worst ${worst.toFixed(1)} times the corpus's pace, ${findings.length} findings`,
  );
  if (findings.length > 0) process.exitCode = 1;
}

if (isMainThread) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      count: { type: "string", default: "200000" },
      from: { type: "string", default: "0" },
      keep: { type: "boolean", default: false },
    },
  });
  const [seed, from, count] = [values.seed, values.from, values.count].map(Number);
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(from) || !Number.isSafeInteger(count)) {
    throw new Error("--seed, --from and --count are integers.");
  }
  const progress = new SharedArrayBuffer(4);
  watch({ seed: seed ?? 1, from: from ?? 0, count: count ?? 0, progress }, values.keep);
} else {
  parentPort?.postMessage(work(workerData as Task));
}
