// A playlist as its origin wrote it and as viewers get it, as a unified diff with three lines
// around each change.

import type { DiffLine } from "./line-diff.ts";
import { type Paint, printSafe } from "./paint.ts";

const CONTEXT_LINES = 3;
const MARKS = { same: " ", gone: "-", come: "+" } as const;

export interface Sides {
  readonly before: string;
  readonly after: string;
}

/** The diff; `names` stand in its head. */
export function printDiff(lines: readonly DiffLine[], names: Sides, paint: Paint): string {
  const changed = lines.flatMap(({ kind }, place) => (kind === "same" ? [] : [place]));
  const head = [
    paint("bad", `--- ${printSafe(names.before)}`),
    paint("good", `+++ ${printSafe(names.after)}`),
  ];
  if (changed.length === 0) return [...head, paint("dim", "(no line was rewritten)")].join("\n");
  const isShown = new Set(
    changed.flatMap((place) =>
      Array.from({ length: 2 * CONTEXT_LINES + 1 }, (_, index) => place - CONTEXT_LINES + index),
    ),
  );
  const body: string[] = [];
  let numbers = { before: 1, after: 1 };
  let wasShown = false;
  for (const [place, line] of lines.entries()) {
    const shown = isShown.has(place);
    if (shown && !wasShown)
      body.push(paint("dim", `@@ line ${numbers.before} → ${numbers.after} @@`));
    if (shown) body.push(printLine(line, paint));
    wasShown = shown;
    numbers = {
      before: numbers.before + (line.kind === "come" ? 0 : 1),
      after: numbers.after + (line.kind === "gone" ? 0 : 1),
    };
  }
  return [...head, ...body].join("\n");
}

function printLine({ kind, text }: DiffLine, paint: Paint): string {
  const line = MARKS[kind] + printSafe(text);
  if (kind === "same") return line;
  return paint(kind === "gone" ? "bad" : "good", line);
}
