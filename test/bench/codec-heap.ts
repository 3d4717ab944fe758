// How much heap the codec needs beyond the body, in a process of its own so that nobody else's
// garbage counts: `node --expose-gc codec-heap.ts`. The worst moment is the encoding of the answer:
// the playlist's places are still held, the answer has been joined as text, and its bytes have just
// been made. The first two are what a full collection leaves behind the rewriting, the third is as
// long as the answer. Garbage that a collection could take is not counted, for it depends on when
// the engine likes to collect. Prints one JSON object; codec.ts starts it.

import { parsePlaylist } from "../../workers/core/hls/parse-playlist.ts";
import { rewritePlaylist } from "../../workers/core/transform/rewrite-uris.ts";
import { toContext } from "./codec-contenders.ts";
import { makeInput } from "./inputs.ts";

const input = makeInput("dvr", "relative");
const context = toContext(input, 3);
const encoder = new TextEncoder();

function rewrite(text: string) {
  const playlist = parsePlaylist(text);
  if (playlist.kind === "failure") throw new Error(playlist.detail);
  const result = rewritePlaylist(playlist, context);
  if (result.kind === "refused") throw new Error(result.detail);
  // The way of a body whose bytes are not at hand, which needs more than the other one.
  return { playlist, result, answer: result.text };
}

const { gc } = globalThis;
if (gc === undefined) throw new Error("Run with --expose-gc.");
const text = new TextDecoder().decode(input.bytes);
for (let count = 0; count < 50; count += 1) encoder.encode(rewrite(text).answer);
gc();
const beforeBytes = process.memoryUsage().heapUsed;
const held = rewrite(text);
gc();
const heldBytes = process.memoryUsage().heapUsed - beforeBytes;
const answerBytes = encoder.encode(held.answer).length;
const bodyBytes = input.bytes.length;
console.log(JSON.stringify({ bodyBytes, peakBytes: heldBytes + answerBytes }));
