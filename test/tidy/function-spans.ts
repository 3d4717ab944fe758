// Finds functions by the formatter's layout, for the rule on their length: a function goes from the
// line that begins its signature to the closing brace of the same indentation. Knows no grammar; a
// function written in one line does not count, and neither does one without a body of its own.

import { toCode } from "./source-tree.ts";

export interface FunctionSpan {
  readonly line: number;
  readonly count: number;
}

const CONTROL = /^\s*(\}?\s*(if|else|for|while|switch|catch|do|try|finally)\b|case\b|default:)/;

/** Functions by the formatter's layout: from the line that opens one to its closing brace. */
export function toFunctionSpans(text: string): FunctionSpan[] {
  const lines = toCode(text).split("\n");
  const indentOf = (line: string) => /^ */.exec(line)?.[0].length ?? 0;
  return lines.flatMap((line, index) => {
    if (!/(\)(: .*)?|=>) \{$/.test(line) || CONTROL.test(line)) return [];
    const indent = indentOf(line);
    let first = index;
    // A signature of several lines begins at the last line of the same indentation above its ")".
    if (/^\s*\)/.test(line)) {
      first--;
      while (first > 0 && (lines[first]?.trim() === "" || indentOf(lines[first] ?? "") > indent)) {
        first--;
      }
    }
    const start = lines[first] ?? "";
    if (CONTROL.test(start) || /^\s*(export )?(abstract )?class\b/.test(start)) return [];
    const isEnd = (other: string) => indentOf(other) === indent && /^\s*\}/.test(other);
    const last = lines.findIndex((other, position) => position > index && isEnd(other));
    return last < 0 ? [] : [{ line: first + 1, count: last - first + 1 }];
  });
}
