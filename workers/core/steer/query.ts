// What a player says when it asks for its steering manifest (bis-22 section 7.4; spec.md T5): where
// it is, and how fast that is. The standard's example quotes the pathway, the players do not: both
// are taken. Anything else is no fault of the request: what cannot be read was not said, because an
// error would only make the player keep what it has.

const PATHWAY = /^[A-Za-z0-9._-]{1,64}$/;
const SESSION = /^[A-Za-z0-9_-]{1,64}$/;
/** More than any link has; what is above was not measured. */
const THROUGHPUT_BPS_MAX = 1e12;

export interface SteeringQuery {
  readonly pathway: string | null;
  readonly throughputBps: number | null;
  /** Given by the RELOAD-URI of an earlier answer. */
  readonly session: string | null;
}

/** Reads the pairs of a query, decoded; HLS and DASH names. */
export function parseSteeringQuery(
  pairs: readonly (readonly [name: string, value: string])[],
): SteeringQuery {
  const find = (...names: readonly string[]) =>
    pairs.find(([name]) => names.includes(name))?.[1] ?? null;
  const pathway = find("_HLS_pathway", "_DASH_pathway")?.replace(/^"(.*)"$/, "$1") ?? null;
  const session = find("session");
  return {
    pathway: pathway !== null && PATHWAY.test(pathway) ? pathway : null,
    throughputBps: toThroughput(find("_HLS_throughput", "_DASH_throughput")),
    session: session !== null && SESSION.test(session) ? session : null,
  };
}

/** DASH players send one value per pathway; the first belongs to the current one. */
function toThroughput(text: string | null): number | null {
  const first = text?.split(",")[0]?.trim() ?? "";
  if (!/^\d{1,13}$/.test(first)) return null;
  const bps = Number(first);
  return bps <= THROUGHPUT_BPS_MAX ? bps : null;
}

/** The RELOAD-URI that keeps a session's name, so that its next answer is drawn alike. */
export function toReloadUri(session: string): string {
  return `?session=${encodeURIComponent(session)}`;
}
