// What names a viewer's session, for drawing lots by it: who is turned away in an overload, who
// tries a canary. The player's own word is best (CMCD `sid`, CTA-5004 section 3.1); else the token
// of its path; else the address and the player's name, which a household may share. It is a name
// to draw by, and no proof of anything.

export interface SessionSigns {
  /** Path and query as received, or a whole URL. */
  readonly target: string;
  readonly cmcdSession: string | null;
  readonly address: string | null;
  readonly agent: string | null;
}

const SID = /(?:^|[,\s])sid="([^"\\]{1,64})"/;
/** The same within the query parameter CMCD, percent-encoded. */
const SID_ENCODED = /[?&]CMCD=(?:[^&]*%2C)?sid%3D%22([^&%]{1,64})%22/i;
const TOKEN = /^(?:https?:\/\/[^/]*)?\/~([^/]+)\//;

/** The name; the same for as long as the player says the same. */
export function toSessionName({ target, cmcdSession, address, agent }: SessionSigns): string {
  const sid = SID.exec(cmcdSession ?? "")?.[1] ?? SID_ENCODED.exec(target)?.[1];
  if (sid !== undefined) return `sid ${sid}`;
  const token = TOKEN.exec(target)?.[1];
  return token === undefined ? `at ${address ?? ""} ${agent ?? ""}` : `token ${token}`;
}
