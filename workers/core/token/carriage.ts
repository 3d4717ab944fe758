// Where a request carries its token: in the path, in a header, or in a cookie, in this order
// (CTA-5007; RFC 9246 section 4; viewer contract). The first that is there counts, also if it is
// wrong: a request with two tokens must not be able to choose. Query parameters are not looked at,
// because playlists do not hand them on. It does NOT say whether the channel asks for a token.

/** Header and cookie of Common Access Tokens; either kind of token may stand there. */
export const TOKEN_FIELD = "CTA-Common-Access-Token";
/** Cookie of RFC 9246. */
export const JWT_COOKIE = "URISigningPackage";

/** Longest Cookie header that is searched, letters. */
const COOKIE_CHARS_MAX = 16_384;

/** What a request carries besides its path. */
export interface TokenFields {
  readonly header: string | null;
  readonly cookie: string | null;
}

/** The token's text, or null if there is none. */
export function toToken(inPath: string | null, { header, cookie }: TokenFields): string | null {
  if (inPath !== null) return inPath;
  if (header !== null) return header;
  if (cookie === null || cookie.length > COOKIE_CHARS_MAX) return null;
  for (const name of [TOKEN_FIELD, JWT_COOKIE]) {
    const pairs = cookie.split(";").map((pair) => pair.trim());
    const pair = pairs.find((each) => each.startsWith(`${name}=`));
    if (pair !== undefined) return pair.slice(name.length + 1);
  }
  return null;
}
