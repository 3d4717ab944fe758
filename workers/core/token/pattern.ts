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

import {
  type PatternLetter,
  type PatternNode,
  type PatternRepeat,
  parsePatternNode,
} from "./pattern-node.ts";

/** Spots on the map; a pattern that needs more is refused. */
const STEPS_MAX = 512;
const PATTERN_CHARS_MAX = 512;

/** A spot with two ways on, and no letter needed for either. */
interface Split {
  readonly kind: "split";
  a: number;
  b: number;
}
type Step = PatternLetter | Readonly<Split> | { readonly kind: "end" };

export interface Pattern {
  readonly steps: readonly Step[];
  /** What every match begins with: the letters of the first steps. */
  readonly head: string;
  /** Where a `.*` at the end begins: whoever gets there has matched. Null: there is none. */
  readonly tail: number | null;
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
  return { steps, head: toHead(steps), tail: toTail(steps) };
}

/** Nothing leads back into the first letters: every loop begins with a split. */
function toHead(steps: readonly Step[]): string {
  let head = "";
  for (const step of steps) {
    const code = step.kind === "letter" ? step.taken.indexOf(1) : -1;
    const isOnly = step.kind === "letter" && step.taken.lastIndexOf(1) === code;
    if (!isOnly || code < 0 || code >= BEYOND_ASCII) return head;
    head += String.fromCharCode(code);
  }
  return head;
}

/** A loop over any letter, right before the end. */
function toTail(steps: readonly Step[]): number | null {
  const at = steps.length - 4;
  const [split, any, back] = steps.slice(Math.max(0, at));
  if (at < 0 || split?.kind !== "split" || any?.kind !== "letter") return null;
  const isLoop = back?.kind === "split" && back.a === at && back.b === at;
  return isLoop && any.taken.every((each) => each === 1) ? at : null;
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

/** Whether the whole text matches. Measured: about a microsecond for a URL. */
export function isMatch(pattern: Pattern, text: string): boolean {
  const { steps, head, tail } = pattern;
  if (!text.startsWith(head)) return false;
  let [crowd, next] = crowds;
  crowd.count = 0;
  lastMark += 1;
  arrive(steps, head.length, crowd);
  for (let at = head.length; at < text.length; at++) {
    if (tail !== null && crowd.marks[tail] === lastMark) return true;
    const code = Math.min(text.charCodeAt(at), BEYOND_ASCII);
    next.count = 0;
    lastMark += 1;
    for (let walker = 0; walker < crowd.count; walker++) {
      const spot = crowd.spots[walker] as number;
      const step = steps[spot];
      if (step?.kind === "letter" && step.taken[code] === 1) arrive(steps, spot + 1, next);
    }
    if (next.count === 0) return false;
    [crowd, next] = [next, crowd];
  }
  return crowd.marks[steps.length - 1] === lastMark;
}

const BEYOND_ASCII = 128;

/** Who stands where; `marks` tells when a spot was last taken. */
interface Crowd {
  readonly spots: number[];
  readonly marks: number[];
  count: number;
}

function makeCrowd(): Crowd {
  const size = STEPS_MAX * 2;
  return { spots: new Array(size).fill(0), marks: new Array(size).fill(0), count: 0 };
}

/**
 * Used by one match after the other, none of which waits for anything: room that is made anew for
 * each was measured to cost more than the matching. Marks only grow, so nothing is ever wiped.
 */
const crowds: readonly [Crowd, Crowd] = [makeCrowd(), makeCrowd()];
let lastMark = 0;

/** Puts a walker on a spot and on all that lead on without a letter. */
function arrive(steps: readonly Step[], spot: number, crowd: Crowd): void {
  if (crowd.marks[spot] === lastMark) return;
  crowd.marks[spot] = lastMark;
  crowd.spots[crowd.count] = spot;
  crowd.count += 1;
  const step = steps[spot];
  if (step?.kind !== "split") return;
  arrive(steps, step.a, crowd);
  arrive(steps, step.b, crowd);
}
