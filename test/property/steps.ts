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

/** Letters that each call of a view looks at. */
const viewCosts = { getInt32: 4, getUint8: 1, getFloat64: 8 } as const;

/**
 * Letters looked at while `work` runs, in texts and in the bytes that it is given. A regular
 * expression counts what it is given at most.
 */
export function countSteps(bytes: Uint8Array, work: (counted: Uint8Array) => void): number {
  let steps = 0;
  const counted = new Proxy(bytes, {
    get: (target, key) => {
      if (typeof key === "string" && /^\d+$/.test(key)) steps += 1;
      return Reflect.get(target, key, target);
    },
  });
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
  const views = DataView.prototype as unknown as Record<string, unknown>;
  for (const [name, cost] of Object.entries(viewCosts)) {
    const original = views[name] as (...args: unknown[]) => unknown;
    views[name] = function (this: DataView, ...args: unknown[]): unknown {
      steps += cost;
      return original.apply(this, args);
    };
    restore.push(() => {
      views[name] = original;
    });
  }
  try {
    work(counted);
  } finally {
    for (const undo of restore) undo();
  }
  return steps;
}
