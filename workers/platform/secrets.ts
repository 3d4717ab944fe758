// Finds named secrets in a worker's environment. The catalog names credentials and never holds
// them; `credentials = "CHUNKS"` means the secret WEIR_S3_CHUNKS.

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
}

export type SecretReading =
  | { readonly kind: "credentials"; readonly credentials: S3Credentials }
  | { readonly kind: "missing"; readonly detail: string };

/** Reads WEIR_S3_{name} = accessKeyId:secretAccessKey[:sessionToken]. The detail names no value. */
export function readS3Credentials(env: object, name: string): SecretReading {
  const secret = `WEIR_S3_${name}`;
  const text: unknown = Reflect.get(env, secret);
  if (typeof text !== "string" || text === "") {
    return {
      kind: "missing",
      detail: `secret ${secret} is not set; use: wrangler secret put ${secret}`,
    };
  }
  const [accessKeyId = "", secretAccessKey = "", ...rest] = text.split(":");
  if (accessKeyId === "" || secretAccessKey === "") {
    const form = "accessKeyId:secretAccessKey[:sessionToken]";
    return { kind: "missing", detail: `secret ${secret} is not of the form ${form}` };
  }
  const sessionToken = rest.length > 0 ? rest.join(":") : null;
  return { kind: "credentials", credentials: { accessKeyId, secretAccessKey, sessionToken } };
}
