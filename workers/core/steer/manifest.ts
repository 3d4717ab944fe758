// The steering manifest that players read (bis-22 section 7.3; spec.md section 5, T3 to T6), and
// the answer around it. For the endpoint /_/steering/{channel}. It decides what is said, not which
// pathway is best: that is pathways.ts.
//
// Answers are 200 or, when a channel has no steering any more, 410, which ends it for the session.
// Never 429: hls.js takes it as the end of steering (T6); who is asked too often raises the TTL.

export const STEERING_MEDIA_TYPE = "application/vnd.apple.steering-list";

export interface SteeringClone {
  readonly baseId: string;
  readonly id: string;
  /** Host, with a port if it has one; null: the base's. */
  readonly host: string | null;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface SteeringManifest {
  readonly ttlSeconds: number;
  /** Null: the same URL again. */
  readonly reloadUri: string | null;
  /** Best first; never empty, never twice the same. */
  readonly priority: readonly string[];
  readonly clones: readonly SteeringClone[];
}

/** Prints the manifest as JSON. */
export function printSteeringManifest(manifest: SteeringManifest): string {
  const { ttlSeconds, reloadUri, priority, clones } = manifest;
  return JSON.stringify({
    VERSION: 1,
    TTL: ttlSeconds,
    ...(reloadUri === null ? {} : { "RELOAD-URI": reloadUri }),
    "PATHWAY-PRIORITY": [...new Set(priority)],
    ...(clones.length === 0 ? {} : { "PATHWAY-CLONES": clones.map(toCloneObject) }),
  });
}

function toCloneObject({ baseId, id, host, parameters }: SteeringClone) {
  return {
    "BASE-ID": baseId,
    ID: id,
    "URI-REPLACEMENT": {
      ...(host === null ? {} : { HOST: host }),
      ...(Object.keys(parameters).length === 0 ? {} : { PARAMS: parameters }),
    },
  };
}

export type SteeringAnswer =
  | {
      readonly status: 200;
      readonly body: string;
      readonly headers: readonly (readonly [string, string])[];
    }
  | {
      readonly status: 410;
      readonly body: null;
      readonly headers: readonly (readonly [string, string])[];
    };

/** The answer to a player; null: the channel is not steered (any more). */
export function decideSteeringAnswer(manifest: SteeringManifest | null): SteeringAnswer {
  // Each session has its own: a shared cache would give one session's order to all (T5).
  const uncached = ["cache-control", "private, no-store"] as const;
  if (manifest === null || manifest.priority.length === 0) {
    return { status: 410, body: null, headers: [uncached] };
  }
  const body = printSteeringManifest(manifest);
  return { status: 200, body, headers: [["content-type", STEERING_MEDIA_TYPE], uncached] };
}
