// What an HTTP answer that is no success means for the command line: the API's own problem with
// its place and remedy, or the finding that what answers is no Weir. Judges nothing else: the API
// has checked the request already.

import { EXIT, type ExitCode, type Failure, toFailure } from "../ending.ts";

/** What of an answer is looked at. */
export interface RawAnswer {
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly location: string | null;
  readonly text: string;
}

const TOKEN_REMEDY =
  "Set WEIR_TOKEN, or token in weir.config.toml; `weir config` shows which one counts.";

/** The failure that an answer of 300 and above is. */
export function toHttpFailure(answer: RawAnswer): Failure {
  const { url, status, location } = answer;
  if (status >= 300 && status < 400) return toRedirectFailure(url, location);
  const problem = parseProblem(answer);
  if (problem === null) {
    const what = `${url} answers ${status} with ${answer.contentType || "no type"}.`;
    const remedy = "Is this the address of a control worker? `weir config` shows where it is from.";
    return toFailure(EXIT.unreachable, "What answers is no Weir control API.", what, remedy);
  }
  if (isEdge(problem.whole)) return toEdgeFailure(url);
  const reason = /^urn:weir:problem:(.+)$/.exec(problem.type)?.[1];
  const mark = reason === undefined ? `${status}` : `${status} ${reason}`;
  return {
    kind: "failure",
    exit: toExit(status),
    title: `${problem.title.replace(/\.$/, "")} (${mark}).`,
    detail: problem.detail,
    remedy: status === 401 ? TOKEN_REMEDY : null,
    problem: problem.whole,
  };
}

function toExit(status: number): ExitCode {
  if (status === 401 || status === 403) return EXIT.notAllowed;
  return status === 502 || status < 500 ? EXIT.failed : EXIT.unreachable;
}

/** The API never redirects; a proxy that wants a login does. */
function toRedirectFailure(url: string, location: string | null): Failure {
  const target = /^(https?:\/\/[^/?#]+)/.exec(location ?? "")?.[1] ?? "elsewhere";
  const detail = `${url} sends us to ${target}, which a login in front of the API does.`;
  const remedy = "Use the address behind the login, or let the API pass with a service token.";
  return toFailure(EXIT.notAllowed, "The API is behind a login.", detail, remedy);
}

/** An edge names the path that was asked for; control names the request. */
function isEdge({ instance }: Readonly<Record<string, unknown>>): boolean {
  return typeof instance === "string" && instance.startsWith("/");
}

function toEdgeFailure(url: string): Failure {
  const detail = `${url} is answered by an edge, which serves viewers and has no API.`;
  const remedy = "Name the control worker with --url or WEIR_URL; the edge is for --edge.";
  return toFailure(EXIT.unreachable, "What answers is no Weir control API.", detail, remedy);
}

interface ParsedProblem {
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly whole: Readonly<Record<string, unknown>>;
}

function parseProblem({ contentType, text }: RawAnswer): ParsedProblem | null {
  if (!/^application\/problem\+json\b/.test(contentType)) return null;
  try {
    const whole: unknown = JSON.parse(text);
    if (typeof whole !== "object" || whole === null) return null;
    const { type, title, detail } = whole as Readonly<Record<string, unknown>>;
    return {
      type: typeof type === "string" ? type : "about:blank",
      title: typeof title === "string" ? title : "The request failed",
      detail: typeof detail === "string" ? detail : "",
      whole: whole as Readonly<Record<string, unknown>>,
    };
  } catch {
    return null;
  }
}

/** Words for the codes that Node gives a connection that failed. */
const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ENOTFOUND: "the name is not known",
  EAI_AGAIN: "the name cannot be looked up now",
  ECONNRESET: "the connection was reset",
  UND_ERR_SOCKET: "the connection was closed",
  ETIMEDOUT: "no connection in time",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is of another name",
};

/** The failure of a request that got no answer. */
export function toNetworkFailure(
  url: string,
  code: string,
  setting: { readonly source: string; readonly isLoopback: boolean },
): Failure {
  const why = CAUSES[code] ?? code;
  const source = setting.source === "default" ? "the default" : `from ${setting.source}`;
  const detail = `${url}: ${why}. The address is ${source}.`;
  const remedy = setting.isLoopback
    ? "Start the local stack (`npm start`), or name another control worker with --url or WEIR_URL."
    : "Check the address and the network; --url and WEIR_URL name another control worker.";
  return toFailure(EXIT.unreachable, "The control worker cannot be reached.", detail, remedy);
}
