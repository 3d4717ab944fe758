// Sends one request to one origin: for HTTP ones with the headers of their secret, if they have
// one; for S3 ones signed with SigV4. Redirects are never followed and nothing is cached below us
// ("no-store"): which bytes are kept, and for how long, is decided once, in core.
//
// The runtime reports refused, reset and truncated connections in the same words, so failures are
// told apart by the phase: before the headers it is "refused", after them the reader's business.

import { AwsClient } from "aws4fetch";
import type { HttpOrigin, S3Origin } from "../core/config/catalog.ts";
import { type OriginFailure, toOriginFailure } from "../core/health/failure.ts";
import type { OriginPort, OriginReply, OriginRequest } from "../core/origin/port.ts";
import { readClockMs } from "./clock.ts";
import { readHttpCredentials, readS3Credentials } from "./secrets.ts";

export type OriginBody = ReadableStream<Uint8Array> | null;
export type BodyReply = OriginReply<OriginBody>;

/** How we present ourselves, so that an origin's log tells viewers' reads from probes. */
export type UserAgent = "weir" | "weir-probe";

/**
 * An origin port whose credentials come from `env`. Make one per isolate: it keeps the signing
 * clients, and they keep the derived keys of the day.
 */
export function makeOriginPort(env: object, agent: UserAgent): OriginPort<OriginBody> {
  const signers = new Map<string, AwsClient>();

  const signerOf = (origin: S3Origin, name: string): AwsClient | OriginFailure => {
    const identity = `${name} ${origin.region}`;
    const known = signers.get(identity);
    if (known !== undefined) return known;
    const reading = readS3Credentials(env, name);
    if (reading.kind === "missing") {
      return toOriginFailure(origin.id, "no-credentials", reading.detail);
    }
    const { accessKeyId, secretAccessKey, sessionToken } = reading.credentials;
    const signer = new AwsClient({
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === null ? {} : { sessionToken }),
      service: "s3",
      region: origin.region,
      retries: 0,
    });
    signers.set(identity, signer);
    return signer;
  };

  const fieldsOf = ({ id, credentials }: HttpOrigin): Fields | OriginFailure => {
    if (credentials === undefined) return [];
    const reading = readHttpCredentials(env, credentials);
    if (reading.kind === "credentials") return reading.credentials;
    return toOriginFailure(id, "no-credentials", reading.detail);
  };

  return {
    async send(request) {
      const { origin } = request;
      if (origin.kind === "http") {
        const fields = fieldsOf(origin);
        return "kind" in fields ? fields : send(request, null, agent, fields);
      }
      if (origin.credentials === null) return send(request, null, agent);
      const signer = signerOf(origin, origin.credentials);
      return signer instanceof AwsClient ? send(request, signer, agent) : signer;
    },
  };
}

type Fields = readonly (readonly [string, string])[];

async function send(
  request: OriginRequest,
  signer: AwsClient | null,
  agent: UserAgent,
  fields: Fields = [],
): Promise<BodyReply | OriginFailure> {
  const originId = request.origin.id;
  const abort = new AbortController();
  let isGivenUp = false;
  request.onSend?.(() => {
    isGivenUp = true;
    abort.abort();
  });
  const timer = setTimeout(() => abort.abort(), request.headerTimeoutMs);
  const startedAtMs = readClockMs();
  try {
    const { method, url, ifNoneMatch, ifModifiedSince } = request;
    // Only the target is signed: the runtime may rewrite other headers on their way out.
    const signed = signer === null ? null : await signer.sign(url, { method });
    const headers = new Headers(signed?.headers);
    for (const [name, value] of fields) headers.set(name, value);
    headers.set("accept-encoding", "identity");
    headers.set("user-agent", agent);
    if (request.purpose !== undefined) headers.set("x-prefetch", request.purpose);
    // RFC 9110 section 7.6.3; also how a loop of gateways finds itself out.
    headers.set("via", "1.1 weir");
    if (ifNoneMatch !== null) headers.set("if-none-match", ifNoneMatch);
    const { range } = request;
    if (ifModifiedSince !== undefined) headers.set("if-modified-since", ifModifiedSince);
    if (range !== undefined) headers.set("range", `bytes=${range.first}-${range.last ?? ""}`);
    const target = signed?.url ?? url;
    const outgoing = new Request(target, {
      method,
      headers,
      redirect: "manual",
      signal: abort.signal,
    });
    const response = await fetch(outgoing, { cache: "no-store" });
    return {
      kind: "origin-reply",
      originId,
      status: response.status,
      header: (name) => response.headers.get(name),
      body: response.body,
      latencyMs: readClockMs() - startedAtMs,
    };
  } catch (error) {
    const tookMs = readClockMs() - startedAtMs;
    if (abort.signal.aborted) {
      const detail = `${originId} sent no headers for ${tookMs} ms`;
      const failure = toOriginFailure(originId, "timeout", detail);
      return isGivenUp ? { ...failure, isGivenUp } : failure;
    }
    const words = error instanceof Error ? error.message.replace(/\.$/, "") : "unknown error";
    return toOriginFailure(originId, "refused", `${originId} could not be reached: ${words}`);
  } finally {
    clearTimeout(timer);
  }
}
