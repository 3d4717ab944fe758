// Finds named secrets in a worker's environment. The catalog names credentials and never holds
// them: `credentials = "CHUNKS"` means the secret WEIR_S3_CHUNKS for an S3 origin, WEIR_HTTP_CHUNKS
// for an HTTP one, and WEIR_CONTACT_CHUNKS for a contact. What is complained about names the
// secret, never its value.

import { parseSigningSecret } from "../core/alert/signature.ts";

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
}

export type SecretReading<Kind extends string, Value> =
  | { readonly kind: Kind; readonly credentials: Value }
  | { readonly kind: "missing"; readonly detail: string };

/** Reads WEIR_S3_{name} = accessKeyId:secretAccessKey[:sessionToken]. */
export function readS3Credentials(
  env: object,
  name: string,
): SecretReading<"credentials", S3Credentials> {
  const secret = `WEIR_S3_${name}`;
  const text = readSecret(env, secret);
  if (text === null) return missing(secret);
  const [accessKeyId = "", secretAccessKey = "", ...rest] = text.split(":");
  if (accessKeyId === "" || secretAccessKey === "") {
    return malformed(secret, "accessKeyId:secretAccessKey[:sessionToken]");
  }
  const sessionToken = rest.length > 0 ? rest.join(":") : null;
  return { kind: "credentials", credentials: { accessKeyId, secretAccessKey, sessionToken } };
}

/** Fields that an HTTP origin's secret may not set: they are how we talk, not who we are. */
const RESERVED = /^(host|range|if-.*|accept-encoding|via|user-agent|connection|content-.*)$/i;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e]+)$/;

/** Reads WEIR_HTTP_{name} = `Name: value`, one header per line. */
export function readHttpCredentials(
  env: object,
  name: string,
): SecretReading<"credentials", readonly (readonly [string, string])[]> {
  const secret = `WEIR_HTTP_${name}`;
  const text = readSecret(env, secret);
  if (text === null) return missing(secret);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const fields: [string, string][] = [];
  for (const line of lines) {
    const match = FIELD.exec(line.trim());
    const [field = "", value = ""] = match?.slice(1) ?? [];
    if (field === "" || RESERVED.test(field)) return malformed(secret, "Name: value, line by line");
    fields.push([field, value]);
  }
  return { kind: "credentials", credentials: fields };
}

/** Reads WEIR_CONTACT_{name}: the key by which a contact's webhooks are signed, in base64. */
export function readSigningKey(env: object, name: string): SecretReading<"credentials", string> {
  const secret = `WEIR_CONTACT_${name}`;
  const text = readSecret(env, secret);
  if (text === null) return missing(secret);
  const key = parseSigningSecret(text.trim());
  if (key === null) return malformed(secret, "whsec_ and 24 to 64 bytes in base64");
  return { kind: "credentials", credentials: key };
}

/** Reads WEIR_CONTACT_{name}: the address of a chat room, which whoever knows it may write to. */
export function readChatUrl(env: object, name: string): SecretReading<"credentials", string> {
  const secret = `WEIR_CONTACT_${name}`;
  const text = readSecret(env, secret);
  if (text === null) return missing(secret);
  const isUrl = /^https?:\/\/[^\s]+$/.test(text.trim());
  return isUrl
    ? { kind: "credentials", credentials: text.trim() }
    : malformed(secret, "https://..., the address of an incoming webhook");
}

function readSecret(env: object, secret: string): string | null {
  const text: unknown = Reflect.get(env, secret);
  return typeof text === "string" && text !== "" ? text : null;
}

function missing(secret: string) {
  const detail = `secret ${secret} is not set; use: wrangler secret put ${secret}`;
  return { kind: "missing", detail } as const;
}

function malformed(secret: string, form: string) {
  return { kind: "missing", detail: `secret ${secret} is not of the form ${form}` } as const;
}
