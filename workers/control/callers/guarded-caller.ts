// Callers behind a limit on wrong tokens: an address that has sent too many in this minute is told
// to wait before anything that it sends is judged. For the API and the metrics.
//
// Each wrong token is counted by a caller's desk that is named after address and minute, by a hash;
// it keeps the number in memory and writes nothing, and is never asked for again when the minute is
// over. An isolate remembers which addresses are over the limit, so that good callers cost no call;
// it forgets them with the minute too. Where nobody tells the address there is no limit.

import {
  parseWrongTokensMax,
  toAddressKey,
  toMinute,
  toNextMinuteSeconds,
} from "../../core/api/wrong-tokens.ts";
import { parseAddress } from "../../core/token/network.ts";
import { readClockMs } from "../../platform/clock.ts";
import { hashText } from "../../platform/encoding.ts";
import { askObject } from "../api/ask-object.ts";
import { type Problem, toProblem } from "../api/problem.ts";
import type { Env } from "../env.ts";
import { type CallerReading, readCaller } from "./access.ts";

/** Addresses over the limit that an isolate remembers; of others each wrong token is a call. */
const REMEMBERED_MAX = 1_000;

const remembered = { minute: 0, places: new Set<string>() };

/** The caller of a request, or why there is none. */
export async function readGuardedCaller(request: Request, env: Env): Promise<CallerReading> {
  if (!request.headers.has("authorization")) return readCaller(request, env);
  const nowMs = readClockMs();
  const place = toPlace(request, toMinute(nowMs));
  if (place !== null && remembered.places.has(place)) return toWait(nowMs);
  const reading = await readCaller(request, env);
  const isWrong = reading.kind === "problem" && reading.reason === "unauthenticated";
  if (place === null || !isWrong) return reading;
  const count = await countWrong(env, place);
  if (count <= parseWrongTokensMax(env.WEIR_API_WRONG_TOKENS)) return reading;
  if (remembered.places.size < REMEMBERED_MAX) remembered.places.add(place);
  return toWait(nowMs);
}

/** Address and minute in one name; forgets what was remembered of another minute. */
function toPlace(request: Request, minute: number): string | null {
  if (remembered.minute !== minute) {
    remembered.minute = minute;
    remembered.places.clear();
  }
  // Set by Cloudflare over whatever a caller sends under this name.
  const address = parseAddress(request.headers.get("cf-connecting-ip") ?? "");
  return address === null ? null : hashText(`${minute} ${toAddressKey(address)}`);
}

/** How many wrong tokens there were with this one; a desk that cannot be reached counts none. */
async function countWrong(env: Env, place: string): Promise<number> {
  try {
    return await askObject(env.DESKS, `wrong ${place}`, (desk) => desk.countWrong());
  } catch {
    return 0;
  }
}

function toWait(nowMs: number): Problem {
  const seconds = toNextMinuteSeconds(nowMs);
  const detail = `Too many wrong tokens came from this address; ask again in ${seconds} s.`;
  return toProblem("too-many", detail, {}, { "retry-after": String(seconds) });
}
