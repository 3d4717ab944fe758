// What differs between environments, from environments.json: names, hosts and the id of the KV
// namespace. Everything else is the three wrangler files', which hold no environment of their own:
// bindings are not inherited there, and a binding that is written three times is forgotten once.

export interface Environment {
  readonly name: string;
  /** Behind every name of a worker, queue or bucket; empty for production. */
  readonly suffix: string;
  readonly edgeHost: string;
  readonly controlHost: string;
  /** Empty until the namespace was made. */
  readonly kvId: string;
}

export type EnvironmentReading =
  | { readonly kind: "environment"; readonly environment: Environment }
  | { readonly kind: "failure"; readonly detail: string };

const SUFFIX = /^(?:-[a-z0-9-]{1,20})?$/;
const HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;
const KV_ID = /^(?:[0-9a-f]{32})?$/;

/** Reads one environment of the file's text. */
export function parseEnvironment(text: string, name: string): EnvironmentReading {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return fail("environments.json is not JSON.");
  }
  const names = typeof file === "object" && file !== null ? Object.keys(file) : [];
  if (!names.includes(name)) {
    return fail(`there is no environment "${name}"; environments.json has ${names.join(", ")}.`);
  }
  const entry: unknown = Reflect.get(file as object, name);
  const read = (key: string, form: RegExp): string | null => {
    const value: unknown = Reflect.get(Object(entry), key);
    return typeof value === "string" && form.test(value) ? value : null;
  };
  const [suffix, kvId] = [read("suffix", SUFFIX), read("kvId", KV_ID)];
  const [edgeHost, controlHost] = [read("edgeHost", HOST), read("controlHost", HOST)];
  if (suffix === null) return fail(`${name}.suffix must be empty or like "-staging".`);
  if (edgeHost === null) return fail(`${name}.edgeHost must be a host name.`);
  if (controlHost === null) return fail(`${name}.controlHost must be a host name.`);
  if (kvId === null) return fail(`${name}.kvId must be 32 hexadecimal digits, or empty.`);
  return { kind: "environment", environment: { name, suffix, edgeHost, controlHost, kvId } };
}

function fail(detail: string): EnvironmentReading {
  return { kind: "failure", detail };
}
