// Answers for the names of one library that its listing does not know: asks the storage once, for
// everybody in the world, and at most ten times a second whatever strangers guess. What was found
// is remembered until the next listing holds it; what was not, for less than a second, so that an
// upload is served within a second of being there.
//
// Named after the channel. Its memory is the overlay; lost with the object, it is asked again. The
// budget is in memory too, so an object that begins takes the last second's for used up: else each
// eviction would be worth ten questions (ADR 0028).

import { DurableObject } from "cloudflare:workers";
import type { LibraryAnswer, LibraryAsk } from "../../core/contract/library.ts";
import type { LibraryGuardApi } from "../../core/contract/objects.ts";
import { applyAsk, NAME_ASKS_MAX, toForgottenBudget } from "../../core/origin/ask-budget.ts";
import { readClockMs, sleep } from "../../platform/clock.ts";
import { makeFlights } from "../../platform/flight.ts";
import { makeCountedOrigins } from "../counted-origins.ts";
import type { Env } from "../env.ts";

/** Together with the longest wait for a place, and a storage that answers, less than a second. */
const ABSENT_MS = 650;
const HEADER_TIMEOUT_MS = 2_000;
/** Longest wait for a place in the budget: an object that begins has its first after 100 ms. */
const ASK_WAIT_MS_MAX = 150;
/** Names of the overlay: uploads between two listings. */
const FOUND_MAX = 50_000;
const ABSENT_MAX = 5_000;

export class LibraryGuard extends DurableObject<Env> implements LibraryGuardApi {
  readonly #origins = makeCountedOrigins(this.env, this.ctx, "names");
  readonly #flights = makeFlights<LibraryAnswer>(ASK_WAIT_MS_MAX + HEADER_TIMEOUT_MS);
  readonly #found = new Set<string>();
  readonly #absent = new Map<string, number>();
  #version = 0;
  #budget = toForgottenBudget(NAME_ASKS_MAX, readClockMs());

  async look(ask: LibraryAsk): Promise<LibraryAnswer> {
    // A newer listing holds what was found before it.
    if (ask.version > this.#version) {
      this.#version = ask.version;
      this.#found.clear();
    }
    const nowMs = readClockMs();
    if (this.#found.has(ask.path)) return THERE;
    if (nowMs < (this.#absent.get(ask.path) ?? 0)) return ABSENT;
    const waitUntil = (work: Promise<unknown>) => this.ctx.waitUntil(work);
    const { value } = await this.#flights.run(ask.path, waitUntil, () => this.#ask(ask));
    return value;
  }

  async #ask({ path, places }: LibraryAsk): Promise<LibraryAnswer> {
    let isAbsent = true;
    for (const { origin, url } of places) {
      const place = applyAsk(this.#budget, NAME_ASKS_MAX, ASK_WAIT_MS_MAX, readClockMs());
      this.#budget = place.budget;
      if (place.kind === "refused") return BUSY;
      if (place.waitMs > 0) await sleep(place.waitMs);
      const reply = await this.#origins.send({
        origin,
        url,
        method: "HEAD",
        ifNoneMatch: null,
        headerTimeoutMs: HEADER_TIMEOUT_MS,
      });
      if (reply.kind === "origin-reply" && reply.status === 200) return this.#keepFound(path);
      // 403 is what a storage says of absent names to who may not list.
      const isNo = reply.kind === "origin-reply" && [403, 404, 410].includes(reply.status);
      isAbsent = isAbsent && isNo;
    }
    return isAbsent ? this.#keepAbsent(path) : BUSY;
  }

  #keepFound(path: string): LibraryAnswer {
    if (this.#found.size >= FOUND_MAX) this.#found.clear();
    this.#found.add(path);
    return THERE;
  }

  #keepAbsent(path: string): LibraryAnswer {
    const nowMs = readClockMs();
    for (const [name, untilMs] of this.#absent) {
      if (untilMs > nowMs && this.#absent.size < ABSENT_MAX) break;
      this.#absent.delete(name);
    }
    this.#absent.delete(path);
    this.#absent.set(path, nowMs + ABSENT_MS);
    return ABSENT;
  }
}

const THERE: LibraryAnswer = { kind: "there" };
const ABSENT: LibraryAnswer = { kind: "absent" };
const BUSY: LibraryAnswer = { kind: "busy" };
