// Regular expressions of tokens (RFC 9246 section 2.1.15: POSIX extended; CTA-5007's catu), matched
// against the whole text in time proportional to its length. The engine of the language would go
// back and try again: a viewer who may choose the path could then make one request cost seconds.
// Picture a crowd of walkers on a map: at each letter every walker takes the step that the letter
// allows, or leaves; two walkers on the same spot are one. Nobody ever walks back.
//
//   .  [abc]  [^a-z]  (a|b)  *  +  ?  {n}  {n,}  {n,m}  \.  and one ^ or $ at the very ends
//
// Everything else (back references, classes by name, look-around, \d) is refused with the token. It
// was refused as well to translate into the language's own expressions and hope.

import { type PatternNode, type PatternRepeat, parsePatternNode } from "./pattern-node.ts";

/** Spots on the map; a pattern that needs more is refused. */
const STEPS_MAX = 512;
const PATTERN_CHARS_MAX = 512;

/** A spot with two ways on, and no letter needed for either. */
interface Split {
  readonly kind: "split";
  a: number;
  b: number;
}
type Step =
  | { readonly kind: "letter"; readonly isOne: (letter: string) => boolean }
  | Readonly<Split>
  | { readonly kind: "end" };

export interface Pattern {
  /** What every match begins with, by itself a quick no. */
  readonly head: string;
  /** Whether everything that begins with `head` matches. */
  readonly isPrefix: boolean;
  readonly steps: readonly Step[];
}

/** The pattern, or null if it is malformed, too large, or says what we do not judge. */
export function parsePattern(text: string): Pattern | null {
  if (text.length > PATTERN_CHARS_MAX) return null;
  const inner = text.replace(/^\^/, "").replace(/(^|[^\\])\$$/, "$1");
  const node = parsePatternNode(inner);
  if (node === null) return null;
  const steps: Step[] = [];
  if (!addSteps(node, steps)) return null;
  steps.push({ kind: "end" });
  const head = /^(?:[\w:/-]|\\[./])*(?=\.\*$)|^(?:[\w:/-]|\\[./])*$/.exec(inner)?.[0];
  return {
    head: head === undefined ? "" : head.replaceAll("\\", ""),
    isPrefix: head !== undefined && inner.slice(head.length) === ".*",
    steps,
  };
}

/** Writes the steps of a node behind those that are there; false: too many. */
function addSteps(node: PatternNode, steps: Step[]): boolean {
  if (steps.length > STEPS_MAX) return false;
  switch (node.kind) {
    case "letter":
      steps.push(node);
      return true;
    case "row":
      return node.nodes.every((each) => addSteps(each, steps));
    case "choice":
      return addChoice(node.nodes, steps);
    case "repeat":
      return addRepeat(node, steps);
  }
}

function addChoice(nodes: readonly PatternNode[], steps: Step[]): boolean {
  const exits: Split[] = [];
  for (const each of nodes.slice(0, -1)) {
    const split = addSplit(steps);
    if (!addSteps(each, steps)) return false;
    exits.push(addSplit(steps));
    split.b = steps.length;
  }
  const last = nodes.at(-1);
  if (last === undefined || !addSteps(last, steps)) return false;
  for (const exit of exits) exit.a = exit.b = steps.length;
  return true;
}

function addRepeat({ node, min, max }: PatternRepeat, steps: Step[]): boolean {
  for (let n = 0; n < min; n++) if (!addSteps(node, steps)) return false;
  const splits: Split[] = [];
  for (let n = min; n < (max ?? min + 1); n++) {
    const at = steps.length;
    splits.push(addSplit(steps));
    if (!addSteps(node, steps)) return false;
    if (max === null) steps.push({ kind: "split", a: at, b: at });
  }
  for (const split of splits) split.b = steps.length;
  return true;
}

/** A split whose first way is the step behind it; the second is for the caller to say. */
function addSplit(steps: Step[]): Split {
  const split: Split = { kind: "split", a: steps.length + 1, b: steps.length + 1 };
  steps.push(split);
  return split;
}

/** Whether the whole text matches. */
export function isMatch(pattern: Pattern, text: string): boolean {
  if (!text.startsWith(pattern.head)) return false;
  if (pattern.isPrefix) return true;
  const { steps } = pattern;
  let walkers = new Set<number>();
  arrive(steps, 0, walkers);
  for (const letter of text) {
    const next = new Set<number>();
    for (const at of walkers) {
      const step = steps[at];
      if (step?.kind === "letter" && step.isOne(letter)) arrive(steps, at + 1, next);
    }
    if (next.size === 0) return false;
    walkers = next;
  }
  return walkers.has(steps.length - 1);
}

/** Puts a walker on a spot and on all that lead on without a letter. */
function arrive(steps: readonly Step[], start: number, walkers: Set<number>): void {
  const queue = [start];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (walkers.has(at)) continue;
    walkers.add(at);
    const step = steps[at];
    if (step?.kind === "split") queue.push(step.a, step.b);
  }
}
