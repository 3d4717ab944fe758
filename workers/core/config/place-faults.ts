// What is wrong with an origin's URL or with a path below it, in words for the operator. A base is
// written by a trusted hand, but a dot segment or an escape in it would make the prefix mean one
// thing to the rewriter and another to the platform's fetch, so only plain spellings are accepted.
// Returns complaints without a full stop; null means all is well. Never prints the value: people
// paste passwords into URLs.

import { parseHttpUri } from "../http/uri.ts";

const HOST =
  /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::(\d{1,5}))?$/;
const PORT_MAX = 65_535;

/** Complaint about a base URL: absolute, http(s), nothing but host, port and path. */
export function findUrlFault(url: string): string | null {
  const parts = /^https?:\/\/([^/?#]*)([^?#]*)(.?)/s.exec(url);
  if (parts === null) return 'must begin with "http://" or "https://"';
  const [, authority = "", path = "", rest = ""] = parts;
  if (authority.includes("@")) {
    return "must not hold a user name or password; name a secret with credentials instead";
  }
  if (rest !== "") return "must not hold a query or fragment";
  const host = HOST.exec(authority);
  if (host === null || Number(host[1] ?? 1) > PORT_MAX || Number(host[1] ?? 1) === 0) {
    return 'must name a host, and may name a port, like "https://origin.example:8443/live"';
  }
  const found = /\s/.test(path) ? null : parseHttpUri(url);
  if (found === null) return "must not hold blanks, backslashes or broken escapes in its path";
  return found.rawSegments.join("/") === path.slice(1)
    ? null
    : 'must not hold "." or ".." segments';
}

/** Complaint about a relative path without leading slash, written without escapes. */
export function findPathFault(path: string): string | null {
  const segments = path.split("/");
  if (segments.some((segment) => segment === "." || segment === "..")) {
    return 'must not hold "." or ".." segments';
  }
  if (segments.includes("")) return 'must not begin or end with "/" nor hold "//"';
  if (/[%?#\\\s\x00-\x1f\x7f]|[\ud800-\udfff]/u.test(path)) {
    return 'must be written plainly, without blanks, "%", "?", "#" or "\\"';
  }
  return null;
}

/** Whether a URL's host is an IP address in any spelling that the platform's parser takes. */
export function isIpAddress(url: string): boolean {
  const host = /^https?:\/\/(\[[^\]]*\]|[^/:?#]*)/.exec(url)?.[1] ?? "";
  // A host whose last label is a number is an IPv4 address (URL Standard, "ends in a number").
  return host.startsWith("[") || /(^|\.)(\d+|0x[0-9a-f]*)$/i.test(host);
}
