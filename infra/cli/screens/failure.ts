// A failure as it is told: one line of what failed, its place and reason below, then what to do.

import type { Failure } from "../ending.ts";
import { type Paint, printSafe } from "./paint.ts";

/** For a terminal; ends with a line end. */
export function printFailure(failure: Failure, paint: Paint): string {
  const { title, detail, remedy, problem } = failure;
  const lines = [
    `${paint("bad", "weir:")} ${printSafe(title)}`,
    ...detail.split("\n").map((line) => `  ${printSafe(line)}`),
    ...(remedy === null ? [] : [`  ${paint("strong", "→")} ${printSafe(remedy)}`]),
    ...toRequestLine(problem, paint),
  ];
  return `${lines.filter((line) => line.trim() !== "").join("\n")}\n`;
}

/** Its audit entry has the same name. */
function toRequestLine(problem: Failure["problem"], paint: Paint): readonly string[] {
  const instance = problem?.["instance"];
  return typeof instance === "string" ? [paint("dim", `  request ${printSafe(instance)}`)] : [];
}

/** For `--json`: the API's own problem document, or one of the same form. */
export function printFailureJson({ title, detail, remedy, problem, exit }: Failure): string {
  const own = {
    type: "about:blank",
    title,
    detail: remedy === null ? detail : `${detail} ${remedy}`,
  };
  return JSON.stringify({ ...(problem ?? own), exitCode: exit });
}
