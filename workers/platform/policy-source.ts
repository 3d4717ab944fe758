// How an isolate knows the policy: asked from the region's gate at most once a second, remembered
// in memory, and read from KV when the gate has nothing (cold start, control never reached it).
//
// An isolate that cannot reach anybody keeps the last policy for ever and says its age
// (fail-static): an old order of origins is better than none, and requests rescue themselves.

import { type CatalogIndex, toCatalogIndex } from "../core/config/catalog-index.ts";
import type { PathwayState } from "../core/contract/pathways.ts";
import type { GateReading, Policy, PolicyCopy } from "../core/contract/policy.ts";
import { decidePolicySuccession } from "../core/health/known-policy.ts";
import { readClockMs } from "./clock.ts";

export interface KnownPolicy {
  readonly policy: Policy;
  readonly index: CatalogIndex;
  /** When control last confirmed it, by this isolate's clock. */
  readonly confirmedAtMs: number;
  /** Which road it came by: the region's gate, or the copy for cold starts. */
  readonly from: "gate" | "copy";
  /** What is known of the delivery hosts; absent: nothing. */
  readonly pathways?: readonly PathwayState[];
}

/** The one call we need of a gate; implemented by the RegionGate object's stub. */
export interface Gate {
  read(haveCatalogVersion: number): Promise<GateReading | null>;
}

export interface PolicySource {
  /** The policy to act on now, or null if none was ever received. */
  read(
    gate: () => Gate,
    copies: KVNamespace,
    waitUntil: (work: Promise<unknown>) => void,
  ): Promise<KnownPolicy | null>;
  /** What was received last, without asking; null: nothing was. */
  peek(): KnownPolicy | null;
  /** Of the policy that is known; 0: none is. */
  version(): number;
}

/** In the background from this age on, so that a busy isolate never waits for it. */
const REFRESH_MS = 400;
/** Older than this a request waits for the gate: the choice is known within a second. */
const AGE_MS_MAX = 900;
/** Longest such wait; after it the last policy serves on. */
const WAIT_MS_MAX = 250;
/** How often the cold-start copy is read again; KV itself caches it for as long. */
const COPY_MS = 30_000;
export const POLICY_KEY = "policy";

/** Makes the policy memory of one isolate. */
export function makePolicySource(): PolicySource {
  let known: KnownPolicy | null = null;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let copyReadAtMs = Number.NEGATIVE_INFINITY;

  const accept = (reading: GateReading, from: KnownPolicy["from"]): void => {
    const heldVersion = known?.policy.version ?? null;
    if (decidePolicySuccession(heldVersion, reading.policy) === "refused") return;
    const index = reading.catalog === null ? known?.index : toCatalogIndex(reading.catalog);
    if (index === undefined) return;
    known = {
      policy: reading.policy,
      index,
      confirmedAtMs: readClockMs() - reading.confirmedAgoMs,
      from,
      pathways: reading.pathways ?? known?.pathways ?? [],
    };
  };

  /** A gate that control does not know never gets anything: the copy is all there is for it. */
  const readCopyAtTimes = async (copies: KVNamespace): Promise<void> => {
    const nowMs = readClockMs();
    if (known !== null && nowMs - copyReadAtMs < COPY_MS) return;
    copyReadAtMs = nowMs;
    await readCopy(copies, accept);
  };

  const refresh = async (gate: () => Gate, copies: KVNamespace): Promise<void> => {
    askedAtMs = readClockMs();
    try {
      const reading = await gate().read(known?.policy.catalogVersion ?? -1);
      if (reading !== null) accept(reading, "gate");
      else await readCopyAtTimes(copies);
    } catch {
      if (known === null) await readCopyAtTimes(copies);
    }
    readAtMs = readClockMs();
  };

  return {
    peek: () => known,
    version: () => known?.policy.version ?? 0,
    async read(gate, copies, waitUntil) {
      const nowMs = readClockMs();
      const ageMs = nowMs - readAtMs;
      if (ageMs < REFRESH_MS && known !== null) return known;
      // Somebody asks already; waiting for their call would tie this request to theirs.
      if (known !== null && nowMs - askedAtMs < REFRESH_MS) return known;
      const work = refresh(gate, copies);
      waitUntil(work);
      if (known === null) await work;
      else if (ageMs >= AGE_MS_MAX)
        await Promise.race([work, new Promise((resolve) => setTimeout(resolve, WAIT_MS_MAX))]);
      return known;
    },
  };
}

async function readCopy(
  copies: KVNamespace,
  accept: (reading: GateReading, from: "copy") => void,
): Promise<void> {
  const copy = await copies
    .get<PolicyCopy>(POLICY_KEY, { type: "json", cacheTtl: 30 })
    .catch(() => null);
  if (copy === null) return;
  const confirmedAgoMs = Math.max(0, readClockMs() - copy.writtenAtMs);
  accept({ policy: copy.policy, catalog: copy.catalog, confirmedAgoMs }, "copy");
}
