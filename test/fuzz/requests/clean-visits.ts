// What a clean visitor gets of every name that hostile requests aimed at: the bytes that the origin
// has under that name and no others, with the headers of an answer that nobody tampered with. What
// is right is known from the origin and from one folder that was read before anything else, never
// from what the cache says.

import { type RawAnswer, readRaw } from "../../kit/raw-read.ts";
import { type FuzzStack, SECRET } from "./fuzz-stack.ts";

/** What of an answer must not depend on who came before. */
interface Look {
  readonly status: number;
  readonly body: string;
  readonly headers: string;
}

const PLAIN = { host: "edge", "accept-encoding": "identity" };
/** Of the answer's moment, or of the way that it took. */
const FLEETING =
  /^(?:date|age|server-timing|cache-status|cmsd-dynamic|cmsd-static|etag|content-length|cf-.*)$/;

export interface CleanVisits {
  /** What is wrong now, name by name. */
  findPoison(): Promise<readonly string[]>;
}

/** Reads one folder, of which everything is right because nothing happened yet. */
export async function makeCleanVisits({ kit, world, live }: FuzzStack): Promise<CleanVisits> {
  const read = (path: string, more: object = {}) => readRaw(kit.edge, path, { ...PLAIN, ...more });
  const playlist = toLook(await read("/open/right/index.m3u8"));
  const segment = toLook(await read("/open/right/0.ts"));
  if (playlist.status !== 200 || segment.status !== 200) throw new Error("The stack is not right.");
  const warm = world.edgePaths.filter((path) => path.startsWith("/open/warm"));
  for (const path of warm) await read(path);

  const findOne = async (path: string): Promise<string | null> => {
    const look = toLook(await read(path));
    const right = path.endsWith(".m3u8") ? playlist : { ...segment, body: `bytes of ${path}` };
    return toDifference(path, look, right);
  };
  const findPart = async (path: string): Promise<string | null> => {
    const { status, bytes } = await read(path, { range: "bytes=2-5" });
    const isRight = status === 206 && bytes.toString() === `bytes of ${path}`.slice(2, 6);
    return isRight ? null : `${path}: bytes 2 to 5 are ${status} "${bytes.toString()}"`;
  };
  const findGuarded = async (path: string): Promise<string | null> => {
    const without = await read(path);
    if (without.status !== 401) return `${path}: ${without.status} without a token`;
    const [token = ""] = world.tokens;
    const within = await read(`/~${token}${path}`);
    const isRight = path.endsWith(".m3u8")
      ? within.bytes.toString() === playlist.body
      : within.bytes.toString() === SECRET;
    return within.status === 200 && isRight ? null : `${path}: ${within.status} with a token`;
  };
  const findLive = async (): Promise<string | null> => {
    const { status, bytes } = await read("/live/index.m3u8");
    const names = bytes.toString().match(/^s\d+\.ts$/gm) ?? [];
    const name = names.at(-1) ?? "";
    const isFresh = Number(name.slice(1, -3)) >= live.newest() - 2;
    if (status !== 200 || !isFresh) return `/live/index.m3u8: ${status}, newest is ${name}`;
    const part = await read(`/live/${name}`);
    const isRight = part.bytes.toString() === `bytes of /live/${name}`;
    return isRight ? null : `/live/${name}: ${part.status} "${part.bytes.toString()}"`;
  };
  return {
    async findPoison() {
      const faults: (string | null)[] = [];
      const open = world.edgePaths.filter((path) => path.startsWith("/open/"));
      for (const path of open) faults.push(await findOne(path));
      for (const path of open.filter((each) => each.endsWith("1.ts"))) {
        faults.push(await findPart(path));
      }
      for (const path of world.guardedPaths) faults.push(await findGuarded(path));
      faults.push(await findLive());
      return faults.flatMap((fault) => fault ?? []);
    },
  };
}

function toLook({ status, headers, bytes }: RawAnswer): Look {
  const kept = Object.entries(headers).filter(([name]) => !FLEETING.test(name));
  // Lifetimes are spread by name, and count down.
  const shape = (value: unknown) => String(value).replace(/\d+/g, "n");
  const text = kept.map(([name, value]) => `${name}: ${shape(value)}`).sort();
  return { status, body: bytes.toString("latin1"), headers: text.join("\n") };
}

function toDifference(path: string, look: Look, right: Look): string | null {
  if (look.status !== right.status) return `${path}: ${look.status}, ought to be ${right.status}`;
  if (look.body !== right.body) return `${path}: the body is "${look.body.slice(0, 120)}"`;
  if (look.headers !== right.headers) return `${path}: the headers are\n${look.headers}`;
  return null;
}
