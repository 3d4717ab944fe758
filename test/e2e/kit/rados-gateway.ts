// Ceph's S3 server on this machine: a monitor, one store in memory and two gateways, all on
// loopback, with one user. The second of the two independent S3 servers that storage is tested
// against. Three Debian packages bring it: radosgw, ceph-mon, ceph-osd.
//
// Pitfalls met on the way: without a short paxos interval every command of the start waits a
// second; without tcp_nodelay each small answer takes 40 ms; pools are made beforehand, because the
// gateway's own attempt takes longer than its patience; the gateway ends before the store and the
// store before the monitor, or it hangs on its way out.
//
// Addressing: a virtual host needs a name that resolves without anybody's DNS. The bucket "127"
// below the domain "0.0.1" is such a name. A gateway takes every other host for a bucket's, so
// path-style requests have a gateway of their own, on "localhost".
//
// Gaps against a real installation: one store without replicas, nothing survives, no TLS.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { claimPort } from "../../../infra/local/ports.ts";
import { findProgram, type Program } from "./programs.ts";

const run = promisify(execFile);

/** What the gateway needs; each comes with one of the three packages. */
export const GATEWAY_PROGRAMS: readonly Program[] = [
  { title: "the RADOS gateway", names: ["radosgw"], debianPackage: "radosgw" },
  { title: "the Ceph monitor", names: ["ceph-mon"], debianPackage: "ceph-mon" },
  { title: "the Ceph store", names: ["ceph-osd"], debianPackage: "ceph-osd" },
  { title: "Ceph's command line", names: ["ceph"], debianPackage: "ceph-common" },
];

export interface RadosGateway {
  /** For path-style addressing. */
  readonly endpoint: string;
  /** For virtual hosts: the bucket 127 is at `http://127.0.0.1:...`. */
  readonly virtualEndpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly stop: () => Promise<void>;
}

/** Name of the bucket that `virtualEndpoint` reaches. */
export const VIRTUAL_BUCKET = "127";
const VIRTUAL_DOMAIN = "0.0.1";

const POOLS = [
  ".rgw.root",
  "default.rgw.log",
  "default.rgw.control",
  "default.rgw.meta",
  "default.rgw.buckets.index",
  "default.rgw.buckets.data",
  "default.rgw.buckets.non-ec",
];
const START_MS_MAX = 60_000;
const END_MS_MAX = 5_000;
const LOOK_MS = 100;

/** Whether this machine has what the gateway needs. */
export function hasRadosGateway(): boolean {
  return GATEWAY_PROGRAMS.every((program) => findProgram(program) !== null);
}

/** Starts the three servers; if one does not come up, ends the others and rejects. */
export async function startRadosGateway(): Promise<RadosGateway> {
  const folder = await mkdtemp(join(tmpdir(), "weir-rados-"));
  const started: ChildProcess[] = [];
  // A test run that is broken off must not leave servers behind.
  process.once("exit", () => {
    for (const child of started) child.kill("SIGKILL");
  });
  const stop = async () => {
    // The gateway first: it cannot end once the others are gone.
    for (const child of started.toReversed()) await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await start(folder, started)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(folder: string, started: ChildProcess[]): Promise<Omit<RadosGateway, "stop">> {
  const claim = async () => (await claimPort(0)) ?? Promise.reject(new Error("No port is free."));
  const ports = {
    monitor: await claim(),
    legacy: await claim(),
    path: await claim(),
    virtual: await claim(),
  };
  const keys = {
    accessKeyId: `WEIR${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString("hex"),
  };
  for (const name of ["mon", "osd", "run", "gateway"]) await mkdir(join(folder, name));
  const fsid = randomUUID();
  await writeFile(join(folder, "ceph.conf"), printConf(folder, fsid, ports));
  const inFolder = (name: string, words: readonly string[]) =>
    run(name, [...words], { cwd: folder, timeout: START_MS_MAX });
  const ceph = (...words: string[]) =>
    inFolder("ceph", ["-c", "ceph.conf", "--connect-timeout", "10", ...words]);
  const serve = (name: string, words: readonly string[]) => {
    const child = spawn(name, ["-c", "ceph.conf", ...words, "-f"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(join(folder, `${name}.out`));
    child.stdout?.pipe(log);
    child.stderr?.pipe(log);
    started.push(child);
    return child;
  };
  await makeKeys(inFolder, SERVICES);
  const address = `[v2:127.0.0.1:${ports.monitor},v1:127.0.0.1:${ports.legacy}]`;
  await inFolder("monmaptool", [
    ...["--create", "--clobber", "--fsid", fsid, "--addv", "a", address, "monmap"],
  ]);
  await inFolder("ceph-mon", [
    ...["-c", "ceph.conf", "-i", "a", "--mkfs", "--monmap", "monmap", "--keyring", "keyring"],
  ]);
  // The store's key is not the monitor's from the beginning: "osd new" brings it there.
  await makeKeys(inFolder, STORE);
  serve("ceph-mon", ["-i", "a"]);
  await until("the monitor", () => ceph("mon", "stat"));
  await startStore(folder, ceph, inFolder, serve);
  await Promise.all(
    POOLS.map(async (pool) => {
      await ceph("osd", "pool", "create", pool, "4", "4", "replicated");
      await ceph("osd", "pool", "application", "enable", pool, "rgw");
    }),
  );
  const endpoint = `http://localhost:${ports.path}`;
  for (const [name, port] of [["path", ports.path] as const, ["virtual", ports.virtual] as const]) {
    serve("radosgw", ["-n", `client.rgw.${name}`]);
    await until("the gateway", () => fetch(`http://127.0.0.1:${port}`));
  }
  const admin = (...words: string[]) => inFolder("radosgw-admin", ["-c", "ceph.conf", ...words]);
  await admin(
    ...["user", "create", "--uid=weir", "--display-name=weir"],
    ...[`--access-key=${keys.accessKeyId}`, `--secret-key=${keys.secretAccessKey}`],
  );
  await makeReader(admin);
  return { endpoint, virtualEndpoint: `http://${VIRTUAL_DOMAIN}:${ports.virtual}`, ...keys };
}

/** A role that the user may take for a while, which is what session tokens are for. */
export const READER_ROLE = "arn:aws:iam:::role/reader";

async function makeReader(admin: (...words: string[]) => Promise<unknown>): Promise<void> {
  const allow = (more: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...more }] });
  const trust = allow({
    Principal: { AWS: ["arn:aws:iam:::user/weir"] },
    Action: ["sts:AssumeRole"],
  });
  const reads = allow({ Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::*"] });
  await admin("role", "create", "--role-name=reader", `--assume-role-policy-doc=${trust}`);
  await admin(
    ...["role-policy", "put", "--role-name=reader", "--policy-name=reads"],
    `--policy-doc=${reads}`,
  );
}

type Run = (name: string, words: readonly string[]) => Promise<unknown>;

type Keys = readonly (readonly [name: string, ...caps: string[]])[];

const SERVICES: Keys = [
  ["mon.", "mon=allow *"],
  ["client.admin", "mon=allow *", "osd=allow *", "mgr=allow *"],
  ["client.rgw.path", "mon=allow rw", "osd=allow rwx"],
  ["client.rgw.virtual", "mon=allow rw", "osd=allow rwx"],
];
const STORE: Keys = [["osd.0", "mon=allow profile osd", "osd=allow *"]];

/** Adds keys to the keyring; the first of all of them creates it. */
async function makeKeys(inFolder: Run, keys: Keys): Promise<void> {
  for (const [name, ...caps] of keys) {
    const create = name === "mon." ? ["-C"] : [];
    const words = caps.flatMap((cap) => ["--cap", ...cap.split("=")]);
    await inFolder("ceph-authtool", [...create, "keyring", "-g", "-n", name, ...words]);
  }
}

async function startStore(
  folder: string,
  ceph: (...words: string[]) => Promise<{ stdout: string }>,
  inFolder: Run,
  serve: (name: string, words: readonly string[]) => ChildProcess,
): Promise<void> {
  const { stdout: key } = await run("ceph-authtool", ["keyring", "-n", "osd.0", "-p"], {
    cwd: folder,
  });
  const uuid = randomUUID();
  await writeFile(join(folder, "osd.json"), JSON.stringify({ cephx_secret: key.trim() }));
  await ceph("osd", "new", uuid, "0", "-i", "osd.json");
  await ceph("osd", "crush", "add-bucket", "localhost", "host");
  await ceph("osd", "crush", "move", "localhost", "root=default");
  await inFolder("ceph-osd", ["-c", "ceph.conf", "-i", "0", "--mkfs", "--osd-uuid", uuid]);
  await ceph("osd", "crush", "add", "osd.0", "1.0", "root=default", "host=localhost");
  serve("ceph-osd", ["-i", "0"]);
  await until("the store", async () => {
    const { stdout } = await ceph("osd", "stat");
    if (!stdout.includes("1 up")) throw new Error(stdout);
  });
}

function printConf(
  folder: string,
  fsid: string,
  ports: Readonly<Record<"monitor" | "legacy" | "path" | "virtual", number>>,
): string {
  const { monitor, legacy } = ports;
  const stsKey = randomBytes(8).toString("hex");
  const gateways = [
    { name: "path", domain: "localhost" },
    { name: "virtual", domain: VIRTUAL_DOMAIN },
  ] as const;
  const gatewayTexts = gateways.map(
    ({ name, domain }) => `[client.rgw.${name}]
rgw data = ${folder}/gateway
rgw frontends = beast endpoint=127.0.0.1:${ports[name]} tcp_nodelay=1
rgw dns name = ${domain}
rgw sts key = ${stsKey}
rgw s3 auth use sts = true
rgw enable usage log = false
`,
  );
  return `[global]
fsid = ${fsid}
mon initial members = a
mon host = [v2:127.0.0.1:${monitor}/0,v1:127.0.0.1:${legacy}/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth allow insecure global id reclaim = false
keyring = ${folder}/keyring
run dir = ${folder}/run
admin socket = ${folder}/run/$name.asok
pid file = ${folder}/run/$name.pid
log file = ${folder}/$name.log
mon data = ${folder}/mon
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 1073741824
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd crush chooseleaf type = 0
osd crush update on start = false
osd max object name len = 256
osd max object namespace len = 64
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 1
paxos propose interval = 0.05
paxos min wait = 0.01
${gatewayTexts.join("")}`;
}

async function until(what: string, look: () => Promise<unknown>): Promise<void> {
  const untilMs = Date.now() + START_MS_MAX;
  for (;;) {
    const error = await look().then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error === null) return;
    if (Date.now() > untilMs) throw new Error(`${what} did not start: ${String(error)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), END_MS_MAX);
  await gone;
  clearTimeout(late);
}
