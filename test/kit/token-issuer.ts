// An issuer of JWTs: a real key set behind a real HTTP server, and tokens signed with its keys. For
// scenarios of who may call the control API.
//
// Gaps against a real one (Cloudflare Access, an OpenID provider):
//   - it publishes keys and nothing else: no discovery document, no login, no revocation;
//   - it signs whatever a test asks for, also what no issuer would;
//   - keys have no certificate chain and never expire.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

export interface TokenIssuer {
  /** As in the claim `iss`. */
  readonly url: string;
  readonly audience: string;
  readonly keysUrl: string;
  /** A token of `claims`, valid for an hour unless they say otherwise. */
  sign(claims: Readonly<Record<string, unknown>>, key?: IssuerKey): Promise<string>;
  /** A key that is not published, under the name of one that is or under its own. */
  makeStranger(keyId?: string): Promise<IssuerKey>;
  /** Publishes a new key beside the old one, and signs with it from now on. */
  rotate(): Promise<void>;
  /** Publishes the newest key only. */
  forget(): void;
  /** How the key set answers from now on; null: well. */
  fail(how: "status" | "nonsense" | null): void;
  /** How often the key set was read. */
  count(): number;
  readonly keyId: string;
  stop(): Promise<void>;
}

export interface IssuerKey {
  readonly id: string;
  readonly secret: CryptoKey;
}

/** Starts an issuer on a free port. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const published: JWK[] = [];
  let readCount = 0;
  let fault: "status" | "nonsense" | null = null;
  let key = await makeKey("first", published);
  const server = createServer((_request, response) => {
    readCount += 1;
    response.writeHead(fault === "status" ? 500 : 200, { "content-type": "application/json" });
    response.end(fault === "nonsense" ? "<html>" : JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const audience = "weir-control";
  return {
    url,
    audience,
    keysUrl: `${url}/cdn-cgi/access/certs`,
    get keyId() {
      return key.id;
    },
    async sign(claims, signer = key) {
      const nowSeconds = Math.floor(Date.now() / 1_000);
      const usual = { iss: url, aud: audience, iat: nowSeconds, exp: nowSeconds + 3_600 };
      const all = Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== null);
      const jwt = new SignJWT(Object.fromEntries(all));
      return jwt.setProtectedHeader({ alg: "RS256", kid: signer.id }).sign(signer.secret);
    },
    makeStranger: (keyId = "stranger") => makeKey(keyId, []),
    async rotate() {
      key = await makeKey(`key-${published.length}`, published);
    },
    forget() {
      published.splice(0, published.length - 1);
    },
    fail(how) {
      fault = how;
    },
    count: () => readCount,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function makeKey(id: string, published: JWK[]): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  published.push({ ...(await exportJWK(publicKey)), kid: id, alg: "RS256", use: "sig" });
  return { id, secret: privateKey };
}
