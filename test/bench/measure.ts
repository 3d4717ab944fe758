// Measures contenders against each other on a machine that is never quiet. All contenders of a row
// take turns (A B C, B C A, ...), so a slow second of the machine hits all of them, and each one's
// figure is the median of its turns. Figures of different rows should not be compared; ratios
// within a row should.

export interface Contender {
  readonly name: string;
  /** One unit of work. What it returns is looked at, so that nobody can optimise it away. */
  readonly run: () => { readonly length: number };
}

export interface MeasureOptions {
  readonly rounds: number;
  /** Time that one turn should take; a contender that is slower runs once per turn. */
  readonly turnMs: number;
  readonly warmMs: number;
}

export const defaultMeasure: MeasureOptions = { rounds: 21, turnMs: 2, warmMs: 40 };

/** A contender that needs longer than this for one unit gets only three turns. */
const slowMs = 100;
const slowRounds = 3;

interface Runner {
  readonly contender: Contender;
  readonly perTurn: number;
  readonly isSlow: boolean;
  readonly turnsMs: number[];
}

/** The median time of one unit in milliseconds, by name. */
export function measure(
  contenders: readonly Contender[],
  options: MeasureOptions = defaultMeasure,
): ReadonlyMap<string, number> {
  const runners = contenders.map((contender) => warm(contender, options));
  for (let round = 0; round < options.rounds; round += 1) {
    for (let turn = 0; turn < runners.length; turn += 1) {
      const runner = runners[(round + turn) % runners.length] as Runner;
      if (!runner.isSlow || round < slowRounds) runner.turnsMs.push(takeTurn(runner));
    }
  }
  return new Map(runners.map(({ contender, turnsMs }) => [contender.name, toMedian(turnsMs)]));
}

/** Runs a contender until the compiler is done with it, and learns how often it fits a turn. */
function warm(contender: Contender, { turnMs, warmMs }: MeasureOptions): Runner {
  let count = 0;
  const startMs = performance.now();
  let elapsedMs = 0;
  while (elapsedMs < warmMs) {
    keep(contender.run());
    count += 1;
    elapsedMs = performance.now() - startMs;
  }
  const unitMs = elapsedMs / count;
  const perTurn = Math.max(1, Math.round(turnMs / unitMs));
  return { contender, perTurn, isSlow: unitMs > slowMs, turnsMs: [] };
}

function takeTurn({ contender, perTurn }: Runner): number {
  const startMs = performance.now();
  for (let count = 0; count < perTurn; count += 1) keep(contender.run());
  return (performance.now() - startMs) / perTurn;
}

let kept = 0;

function keep(made: { readonly length: number }): void {
  kept += made.length;
  if (kept < 0) throw new Error("A length is negative.");
}

export function toMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
