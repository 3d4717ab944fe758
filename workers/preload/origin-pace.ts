// Keeps the pace of one origin, for all events that preload from it (core/warm/pace.ts). Named
// after the origin. Remembers nothing on disk: what it forgets is a few seconds of reservations,
// and events that have none wait for nobody.

import { DurableObject } from "cloudflare:workers";
import type { OriginPaceApi, PaceAsk, PaceGrant } from "../core/contract/objects.ts";
import { applyReservation, PACE_NONE, type PaceState } from "../core/warm/pace.ts";
import { readClockMs } from "../platform/clock.ts";
import type { Env } from "./env.ts";

export class OriginPace extends DurableObject<Env> implements OriginPaceApi {
  #state: PaceState = PACE_NONE;

  async reserve(ask: PaceAsk): Promise<PaceGrant> {
    const { state, delayMs, spacingMs } = applyReservation(this.#state, ask, readClockMs());
    this.#state = state;
    return { delayMs, spacingMs };
  }
}
