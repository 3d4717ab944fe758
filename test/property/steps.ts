// Counts the letters that a piece of code looks at, by standing in for the string functions while
// it runs. A deterministic measure of work: unlike time it is the same on every machine, and a
// search that runs over the same letters again shows at once.

type Method = "charCodeAt" | "indexOf" | "lastIndexOf" | "slice" | "startsWith" | "includes";

/** Letters that each call looks at, from its arguments and its answer. */
const costs: Record<Method, (text: string, args: readonly unknown[], answer: unknown) => number> = {
  charCodeAt: () => 1,
  indexOf: (text, args, answer) => {
    const from = Number(args[1] ?? 0);
    return Number(answer) === -1 ? text.length - from : Number(answer) - from + 1;
  },
  lastIndexOf: (text, args, answer) => {
    return Math.min(text.length, Number(args[1] ?? text.length)) - Number(answer);
  },
  slice: (_text, _args, answer) => String(answer).length,
  startsWith: (_text, args) => String(args[0]).length,
  includes: (text) => text.length,
};

/** Letters looked at while `work` runs. A regular expression counts what it is given at most. */
export function countSteps(work: () => void): number {
  let steps = 0;
  const prototype = String.prototype as unknown as Record<string, unknown>;
  const restore: (() => void)[] = [];
  for (const [name, toCost] of Object.entries(costs)) {
    const original = prototype[name] as (...args: unknown[]) => unknown;
    prototype[name] = function (this: string, ...args: unknown[]): unknown {
      const answer = original.apply(this, args);
      steps += Math.max(0, toCost(this, args, answer)) + 1;
      return answer;
    };
    restore.push(() => {
      prototype[name] = original;
    });
  }
  try {
    work();
  } finally {
    for (const undo of restore) undo();
  }
  return steps;
}
