// The flags of `npm start -- ...`. A flag that is unknown or does not fit is refused with one line
// that says what would do.

import { parseArgs } from "node:util";

export interface Flags {
  /** The user's catalog file, or null for the demo's alone. */
  readonly catalog: string | null;
  readonly demo: boolean;
  /** Origin two numbers and names its segments on its own. */
  readonly unaligned: boolean;
  /** An origin without parts stands behind the two of demo-ll. */
  readonly plain: boolean;
  readonly port: number;
  readonly controlPort: number;
  readonly storagePort: number;
  /** Directory of everything that survives a restart, or null for a temporary one. */
  readonly data: string | null;
  readonly edges: number;
}

export type FlagReading =
  | { readonly kind: "flags"; readonly flags: Flags }
  | { readonly kind: "help" }
  | { readonly kind: "refused"; readonly message: string };

export const HELP = `Weir on one machine: three workers, chunk storage and demo origins.

  npm start -- [flags]

  --catalog FILE      serve the channels of this catalog too (TOML)
  --no-demo           no demo origins and channels; needs --catalog
  --demo-unaligned    demo origins "west" and "ll-west" number and name their segments on their own
  --demo-plain        behind the two origins of demo-ll stands "ll-plain", which has no parts
  --port N            edge, default 8787 (0: any free port)
  --control-port N    control API and console, default 8788 (0: any free port)
  --storage-port N    S3-compatible chunk storage, default 8789 (0: any free port)
  --edges N           edge workers on the same objects, 1 to 9, default 1
  --data DIR          keep storage and state in DIR; default: a temporary directory
  --help              this text

S3 credentials that a catalog names are read from the environment: credentials = "CHUNKS" means
WEIR_S3_CHUNKS=accessKeyId:secretAccessKey[:sessionToken].
`;

const EDGES_MAX = 9;

/** Reads the command line, without node and script. */
export function parseFlags(words: readonly string[]): FlagReading {
  let values: Record<string, string | boolean | undefined>;
  try {
    values = parseArgs({
      args: [...words],
      options: {
        catalog: { type: "string" },
        "no-demo": { type: "boolean" },
        "demo-unaligned": { type: "boolean" },
        "demo-plain": { type: "boolean" },
        port: { type: "string" },
        "control-port": { type: "string" },
        "storage-port": { type: "string" },
        edges: { type: "string" },
        data: { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    const words = error instanceof Error ? (error.message.split(/\.\s/)[0] ?? "") : String(error);
    return refuse(`${words}.`);
  }
  if (values["help"] === true) return { kind: "help" };
  const numbers = {
    port: toNumber(values["port"], 8787, 0, 65_535),
    controlPort: toNumber(values["control-port"], 8788, 0, 65_535),
    storagePort: toNumber(values["storage-port"], 8789, 0, 65_535),
    edges: toNumber(values["edges"], 1, 1, EDGES_MAX),
  };
  const names = {
    port: "--port",
    controlPort: "--control-port",
    storagePort: "--storage-port",
    edges: "--edges",
  };
  for (const [key, value] of Object.entries(numbers)) {
    if (Number.isNaN(value)) {
      const range = key === "edges" ? `a number from 1 to ${EDGES_MAX}` : "a port from 0 to 65535";
      return refuse(`${names[key as keyof typeof names]} needs ${range}.`);
    }
  }
  if (values["catalog"] === "") return refuse("--catalog needs a file.");
  if (values["data"] === "") return refuse("--data needs a directory.");
  const twice = findSharedPort(numbers);
  if (twice !== null) {
    const [one, other] = twice;
    const both = `${names[one]} and ${names[other]} are both ${numbers[one]}`;
    return refuse(`${both}; choose another for one of them.`);
  }
  const flags: Flags = {
    ...numbers,
    catalog: toText(values["catalog"]),
    demo: values["no-demo"] !== true,
    unaligned: values["demo-unaligned"] === true,
    plain: values["demo-plain"] === true,
    data: toText(values["data"]),
  };
  if (!flags.demo && flags.catalog === null) {
    return refuse("--no-demo needs --catalog FILE: without either there is nothing to serve.");
  }
  const aboutDemo = flags.unaligned ? "--demo-unaligned" : flags.plain ? "--demo-plain" : null;
  if (!flags.demo && aboutDemo !== null) {
    return refuse(`${aboutDemo} and --no-demo exclude each other.`);
  }
  return { kind: "flags", flags };
}

const PORTS = ["port", "controlPort", "storagePort"] as const;
type PortName = (typeof PORTS)[number];

/** Two flags that name one port; 0 is any free port and never shared. */
function findSharedPort(numbers: Readonly<Record<PortName, number>>): [PortName, PortName] | null {
  for (const one of PORTS) {
    const other = PORTS.find((name) => name !== one && numbers[name] === numbers[one]);
    if (other !== undefined && numbers[one] !== 0) return [one, other];
  }
  return null;
}

function refuse(message: string): FlagReading {
  return { kind: "refused", message: `${message} See npm start -- --help` };
}

function toText(value: string | boolean | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function toNumber(value: string | boolean | undefined, fallback: number, min: number, max: number) {
  if (value === undefined) return fallback;
  const number = /^\d{1,5}$/.test(String(value)) ? Number(value) : Number.NaN;
  return number >= min && number <= max ? number : Number.NaN;
}
