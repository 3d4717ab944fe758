// weir token: makes keys, mints viewers' tokens, and reads them as the edge does. Works without a
// control worker. Keys are read from files: a flag would be seen by everybody on the machine.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { Argument, type Command, Option } from "commander";
import { parseAddress } from "../../../workers/core/token/network.ts";
import { inspectAccess, inspectToken, type TokenReport } from "../../tokens/inspect-token.ts";
import { mintToken } from "../../tokens/mint-token.ts";
import type { Add } from "../add-command.ts";
import { type Ending, EXIT, type Failure, toFailure, toShown } from "../ending.ts";
import { printToken, printTokenRefusal } from "../screens/token.ts";
import type { Call, Session } from "../session.ts";
import { SPAN } from "./readers.ts";
import { toWords } from "./values.ts";

const TERM_SECONDS = 4 * 3_600;
/** What the catalog gives an issuer that says nothing. */
const SKEW_SECONDS = 30;

/** Adds `token` and what is below it. */
export function addTokenCommands(program: Command, add: Add): void {
  const token = program.command("token").description("viewers' tokens: make a key, mint, inspect");
  const key = token
    .command("key")
    .description("a new key that signs tokens, as a JSON Web Key: keep it secret")
    .addOption(new Option("--alg <algorithm>", "how it signs").choices(["HS256", "ES256"]))
    .option("--kid <name>", "its name; else the month");
  add<KeyOptions>(key, ["weir token key > key.json"], makeKey);
  const mint = token
    .command("mint")
    .description("a token that opens a path and all below it")
    .argument("<path>", "a path from the root on, like /demo/")
    .requiredOption("--key <file>", 'the key, as `token key` makes it; "-" is stdin')
    .addOption(new Option("--format <format>", "else jwt").choices(["jwt", "cat"]))
    .option("--for <span>", "how long, like 90s, 30m, 4h; else 4h", SPAN)
    .option("--host <name>", "only at this host")
    .option("--issuer <text>", "who signs: what the channel's issuer has as iss")
    .option("--audience <text>", "for whom: what the channel's issuer has as audience")
    .option("--session <id>", "by what it can be revoked")
    .option("--countries <list>", "only there: DE,US-NY")
    .option("--networks <list>", "only from there: 192.0.2.0/24,AS64500");
  const pasted = "weir token key > key.json && weir token mint /demo/ --key key.json";
  add<MintOptions>(mint, [pasted], runMint);
  const inspect = token
    .command("inspect")
    .description("what is in a token, and what the edge would say to it")
    .addArgument(new Argument("<token>", 'a token, or a URL that carries it; "-" is stdin'))
    .option("--key <file>", "check the signature with this key")
    .option("--opens <url>", "would it open this URL?")
    .option("--country <code>", "with --opens, for a viewer there")
    .option("--address <address>", "with --opens, for a viewer of this address");
  add<InspectOptions>(inspect, [`${pasted} | weir token inspect - --key key.json`], runInspect);
}

interface KeyOptions {
  readonly alg?: "HS256" | "ES256";
  readonly kid?: string;
}

async function makeKey({ readNowMs }: Session, { options }: Call<KeyOptions>): Promise<Ending> {
  const kid = options.kid ?? new Date(readNowMs()).toISOString().slice(0, 7);
  const { alg = "HS256" } = options;
  const jwk =
    alg === "HS256"
      ? { kty: "oct", k: randomBytes(32).toString("base64url") }
      : generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  const key = { ...jwk, alg, kid };
  return toShown(key, () => JSON.stringify(key));
}

interface MintOptions {
  readonly key: string;
  readonly format?: "jwt" | "cat";
  readonly for?: number;
  readonly host?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly session?: string;
  readonly countries?: string;
  readonly networks?: string;
}

async function runMint(session: Session, { args, options }: Call<MintOptions>): Promise<Ending> {
  const key = await readText(session, options.key, "key");
  if (typeof key !== "string") return key;
  const { format = "jwt", host, issuer, audience, countries, networks } = options;
  const nowSeconds = Math.floor(session.readNowMs() / 1_000);
  const expiresAtSeconds = nowSeconds + (options.for ?? TERM_SECONDS);
  const minted = mintToken(
    {
      format,
      pathPrefix: args[0] ?? "/",
      host: host ?? null,
      issuer: issuer ?? null,
      audience: audience ?? null,
      expiresAtSeconds,
      notBeforeSeconds: null,
      sessionId: options.session ?? null,
      countries: countries === undefined ? null : toWords(countries),
      networks: networks === undefined ? null : toWords(networks),
    },
    key,
  );
  if (minted.kind === "failure") return refuse("No token was minted.", minted.detail);
  const expiresAt = new Date(expiresAtSeconds * 1_000).toISOString();
  return toShown({ token: minted.token, format, expiresAt }, () => minted.token);
}

interface InspectOptions {
  readonly key?: string;
  readonly opens?: string;
  readonly country?: string;
  readonly address?: string;
}

async function runInspect(
  session: Session,
  { args: [given = ""], options }: Call<InspectOptions>,
): Promise<Ending> {
  const text = given === "-" ? await readText(session, "-", "token") : given;
  if (typeof text !== "string") return text;
  const key = options.key === undefined ? null : await readText(session, options.key, "key");
  if (typeof key === "object" && key !== null) return key;
  const token = /\/~([^/?#]+)\//.exec(text)?.[1] ?? text.trim();
  const nowMs = session.readNowMs();
  const report = inspectToken(token, key, nowMs);
  if (report.kind === "failure") return refuse("The key cannot be used.", report.detail);
  if (report.kind === "refused") return refuse("It is no token.", printTokenRefusal(report));
  const access = options.opens === undefined ? null : decide(report, options, nowMs);
  if (access !== null && access.kind === "failure") return access;
  const isGood =
    report.claims.kind === "claims" &&
    (report.secondsLeft ?? 0) > 0 &&
    (report.signature ?? "genuine") === "genuine" &&
    access?.kind !== "refused";
  const exit = isGood ? EXIT.done : EXIT.failed;
  return toShown({ ...report, access }, (paint) => printToken(report, access, paint), exit);
}

/** As a channel would that takes the token's own issuer and audience. */
function decide({ claims }: TokenReport, options: InspectOptions, nowMs: number) {
  if (claims.kind === "refused") return null;
  const url = URL.parse(options.opens ?? "", "http://edge.invalid");
  if (url === null) return refuse("The URL cannot be used.", `--opens: ${options.opens} is none.`);
  const { address, country } = options;
  const bytes = address === undefined ? null : parseAddress(address);
  if (address !== undefined && bytes === null) {
    return refuse("The address cannot be used.", `--address: ${address} is none.`);
  }
  const [land = null, subdivision = null] = country?.split("-") ?? [];
  const request = {
    scheme: url.protocol.slice(0, -1),
    host: url.hostname,
    port: url.port,
    path: url.pathname.replace(/^\/~[^/]+/, ""),
    query: url.search.slice(1),
    method: "GET",
    address: bytes,
    system: null,
    country: land,
    subdivision,
  };
  const issuer = {
    iss: claims.issuer,
    audience: claims.audiences?.[0] ?? null,
    skewSeconds: SKEW_SECONDS,
    graceSeconds: 0,
    revoked: [],
  };
  return inspectAccess(claims, request, { issuer, countries: null }, nowMs);
}

async function readText({ readText: read }: Session, file: string, what: string) {
  try {
    return (await read(file)).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return refuse(`The ${what} cannot be read.`, `${file}: ${code ?? String(error)}.`);
  }
}

function refuse(title: string, detail: string): Failure {
  return toFailure(EXIT.usage, title, detail);
}
