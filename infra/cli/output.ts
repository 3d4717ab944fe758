// The terminal, if it is one: colours only where they are wanted (NO_COLOR, FORCE_COLOR and what
// the stream can show: util.styleText knows), overwriting only where there is a screen.

import { styleText } from "node:util";
import type { Paint, Tone } from "./screens/paint.ts";
import type { Output } from "./session.ts";

type Format = Parameters<typeof styleText>[0];

const COLORS: Readonly<Record<Tone, Format>> = {
  good: "green",
  warn: "yellow",
  bad: "red",
  dim: "dim",
  strong: "bold",
};
const COLUMNS = 80;

/** Colours as this stream can show them. */
export function makePaint(stream: NodeJS.WriteStream): Paint {
  return (tone, text) => styleText(COLORS[tone], text, { validateStream: true, stream });
}

/** Output of this process. */
export function makeOutput(isJson: boolean): Output {
  let draw: ((text: string) => void) | null = null;
  return {
    isJson,
    isLive: process.stdout.isTTY === true && !isJson,
    columns: process.stdout.columns ?? COLUMNS,
    paint: makePaint(process.stdout),
    print: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    async draw(text) {
      // Most commands never draw, and loading this takes longer than they do.
      draw ??= await loadDraw();
      draw(text);
    },
  };
}

async function loadDraw(): Promise<(text: string) => void> {
  const { default: logUpdate } = await import("log-update");
  return (text) => {
    if (text === "") logUpdate.clear();
    else logUpdate(text);
    if (text === "") logUpdate.done();
  };
}
