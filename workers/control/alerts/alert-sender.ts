// Sends one message to one contact and says what came of it. Webhooks are signed, chat rooms are
// known by a secret address; redirects are not followed, because a message must not end up where
// nobody put it, and answers are not read beyond their status. It decides nothing about repeats.

import type { AttemptOutcome } from "../../core/alert/delivery.ts";
import type { AlertContact } from "../../core/config/catalog.ts";
import { within } from "../../platform/clock.ts";
import { readChatUrl, readSigningKey } from "../../platform/secrets.ts";
import { toSignatureHeaders } from "../../platform/webhook-signature.ts";

/** Standard Webhooks asks for 15 to 30 s; a receiver should note first and think later. */
const TIMEOUT_MS = 15_000;

interface Letter {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends it. Never throws: whatever goes wrong is the outcome, without any part of a secret. */
export async function sendAlert(
  contact: AlertContact,
  message: { readonly id: string; readonly body: string },
  env: object,
  nowMs: number,
): Promise<AttemptOutcome> {
  const letter = toLetter(contact, message, env, nowMs);
  if ("detail" in letter) return { kind: "failed", detail: letter.detail };
  const aborter = new AbortController();
  const sent = fetch(letter.url, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": "weir", ...letter.headers },
    body: message.body,
    redirect: "manual",
    signal: aborter.signal,
  });
  try {
    const reply = await within(sent, TIMEOUT_MS);
    if (reply === "late") {
      aborter.abort();
      sent.catch(() => undefined);
      return { kind: "failed", detail: `no answer within ${TIMEOUT_MS / 1_000} s` };
    }
    const { status } = reply;
    await reply.body?.cancel();
    return { kind: "answered", status, retryAfter: reply.headers.get("retry-after") };
  } catch {
    // The platform's own words may hold the address, and a chat room's address is a secret.
    return { kind: "failed", detail: "cannot be reached" };
  }
}

function toLetter(
  contact: AlertContact,
  { id, body }: { readonly id: string; readonly body: string },
  env: object,
  nowMs: number,
): Letter | { readonly detail: string } {
  if (contact.kind === "chat") {
    const address = readChatUrl(env, contact.credentials);
    return address.kind === "missing" ? address : { url: address.credentials, headers: {} };
  }
  const key = readSigningKey(env, contact.credentials);
  if (key.kind === "missing") return key;
  const seconds = Math.floor(nowMs / 1_000);
  return { url: contact.url, headers: toSignatureHeaders(key.credentials, id, seconds, body) };
}
