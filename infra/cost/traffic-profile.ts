// What is watched, by how many and from where: the input of a cost report. Every field has a
// default, a range and a meaning, so that a profile can be five lines of JSON and an absurd one is
// refused with its field's name. For `weir cost`.

/** One number of a profile. */
interface FieldRule {
  readonly usual: number;
  readonly min: number;
  readonly max: number;
  /** What it means, with its unit. */
  readonly meaning: string;
}

export const PROFILE_FIELDS = {
  viewerHours: { usual: 1_000_000, min: 1, max: 1e12, meaning: "hours watched, all viewers" },
  hours: { usual: 720, min: 0.01, max: 8_784, meaning: "how long the channels run, h" },
  channels: { usual: 1, min: 1, max: 100_000, meaning: "channels that are watched" },
  renditions: { usual: 5, min: 1, max: 50, meaning: "playlists of a channel that are watched" },
  segmentSeconds: { usual: 6, min: 0.5, max: 60, meaning: "length of a segment" },
  partSeconds: { usual: 0, min: 0, max: 10, meaning: "length of a part; 0: no low latency" },
  filesPerSegment: { usual: 1, min: 1, max: 4, meaning: "files per segment: 2 with audio apart" },
  ladderMegabitsPerSecond: { usual: 12, min: 0.05, max: 1_000, meaning: "all renditions together" },
  sessionMinutes: { usual: 30, min: 0.1, max: 1_440, meaning: "length of a session" },
  dataCentres: { usual: 40, min: 1, max: 400, meaning: "data centres with viewers" },
  isolatesPerDataCentre: { usual: 3, min: 1, max: 1_000, meaning: "isolates that viewers meet" },
  regions: { usual: 9, min: 1, max: 9, meaning: "regions with gates and probers" },
  origins: { usual: 2, min: 1, max: 100, meaning: "origins that are probed, of all channels" },
  cpuMsPerRequest: { usual: 1, min: 0.05, max: 50, meaning: "processor time of a request, ms" },
  keepDays: { usual: 7, min: 0, max: 365, meaning: "days that the hot tier keeps a file" },
} as const satisfies Readonly<Record<string, FieldRule>>;
export type ProfileField = keyof typeof PROFILE_FIELDS;

export type TrafficProfile = Readonly<Record<ProfileField, number>> & {
  readonly mode: "live" | "vod";
  /** Whether files are kept in R2 and read from the origins once for the world. */
  readonly hotTier: boolean;
};

export type ProfileReading =
  | { readonly kind: "profile"; readonly profile: TrafficProfile }
  | { readonly kind: "failure"; readonly detail: string };

const NAMES = Object.keys(PROFILE_FIELDS) as readonly ProfileField[];

/** Reads a profile of JSON's values; what is absent is usual. */
export function parseTrafficProfile(value: unknown): ProfileReading {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail("A profile is an object.");
  }
  const given = new Map<string, unknown>(Object.entries(value));
  const known: readonly string[] = [...NAMES, "mode", "hotTier"];
  const strange = [...given.keys()].find((name) => !known.includes(name));
  if (strange !== undefined) return fail(`${strange} is not known; known: ${known.join(", ")}.`);
  const mode = given.get("mode") ?? "live";
  if (mode !== "live" && mode !== "vod") return fail('mode is "live" or "vod".');
  const hotTier = given.get("hotTier") ?? false;
  if (typeof hotTier !== "boolean") return fail("hotTier is true or false.");
  const numbers: Partial<Record<ProfileField, number>> = {};
  for (const name of NAMES) {
    const { usual, min, max, meaning } = PROFILE_FIELDS[name];
    const number = given.get(name) ?? usual;
    if (typeof number !== "number" || !(number >= min && number <= max)) {
      return fail(`${name} (${meaning}) is a number from ${min} to ${max}.`);
    }
    numbers[name] = number;
  }
  return {
    kind: "profile",
    profile: { mode, hotTier, ...(numbers as Record<ProfileField, number>) },
  };
}

function fail(detail: string): ProfileReading {
  return { kind: "failure", detail };
}
