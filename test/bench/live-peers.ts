// nginx and Varnish as caches in front of a live origin, as they come and as somebody who knows
// live streaming sets them up. The origin's answers carry Cache-Control: max-age=1, half of the
// target duration, which both respect by default.
//
// "Default" is the least configuration that caches at all. "Tuned" is what guides for live video
// recommend: one request at a time for one name, the old copy while the new one is on its way,
// conditional requests, and (Varnish) a second of freshness and two of grace.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claimPort } from "../../infra/local/ports.ts";
import { sleepMs } from "../kit/live/clock.ts";
import { NGINX, seeToPrograms, VARNISH } from "./live-programs.ts";

export interface Peer {
  readonly name: string;
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A program, and how its configuration in front of an origin is written into a folder. */
export interface PeerKind {
  readonly name: string;
  readonly program: typeof NGINX;
  /** The words of its command line. */
  readonly write: (folder: string, port: number, originUrl: string) => Promise<readonly string[]>;
}

const NGINX_TUNED = `
      proxy_cache_valid 200 1s;
      proxy_cache_lock on;
      proxy_cache_use_stale updating error timeout http_500 http_502 http_503 http_504;
      proxy_cache_background_update on;
      proxy_cache_revalidate on;`;
const VARNISH_TUNED = `
sub vcl_backend_response {
  set beresp.ttl = 1s;
  set beresp.grace = 2s;
}
`;

const KINDS: readonly PeerKind[] = [
  { name: "nginx", program: NGINX, write: (...words) => writeNginx("", ...words) },
  { name: "nginx tuned", program: NGINX, write: (...words) => writeNginx(NGINX_TUNED, ...words) },
  { name: "Varnish", program: VARNISH, write: (...words) => writeVarnish("", ...words) },
  {
    name: "Varnish tuned",
    program: VARNISH,
    write: (...words) => writeVarnish(VARNISH_TUNED, ...words),
  },
];

/** Those that are set up for live playlists as well as they can be. */
export const TUNED_PEERS = KINDS.filter(({ name }) => name.endsWith("tuned"));

/** Starts every peer whose program is there, all in front of one origin. */
export async function startPeers(
  originUrl: string,
  kinds: readonly PeerKind[] = KINDS,
): Promise<readonly Peer[]> {
  const programs = seeToPrograms([NGINX, VARNISH]);
  const peers: Peer[] = [];
  for (const kind of kinds) {
    const path = programs.get(kind.program);
    if (path !== undefined) peers.push(await startPeer(kind, path, originUrl));
  }
  return peers;
}

async function startPeer(kind: PeerKind, path: string, originUrl: string): Promise<Peer> {
  const folder = await mkdtemp(join(tmpdir(), "weir-peer-"));
  const port = (await claimPort(0)) ?? 0;
  const words = await kind.write(folder, port, originUrl);
  const child = spawn(path, words, { stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  const stop = () => end(child, folder);
  try {
    await waitForPort(port, child);
  } catch {
    await stop();
    throw new Error(`${kind.name} did not start: ${complaint}`);
  }
  return { name: kind.name, url: `http://127.0.0.1:${port}`, stop };
}

/** nginx as a cache; `more` stands in its location. */
export async function writeNginx(
  more: string,
  folder: string,
  port: number,
  originUrl: string,
): Promise<readonly string[]> {
  const user = process.getuid?.() === 0 ? "user root;" : "";
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `  ${name}_temp_path ${folder}/${name};`)
    .join("\n");
  const text = `${user}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
${temporary}
  access_log off;
  proxy_cache_path ${folder}/cache keys_zone=live:10m;
  upstream origin { server ${new URL(originUrl).host}; keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 1000000;
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_cache live;${more}
    }
  }
}
`;
  await writeFile(join(folder, "nginx.conf"), text);
  return ["-p", folder, "-e", join(folder, "error.log"), "-c", join(folder, "nginx.conf")];
}

/** Varnish with its built-in VCL; `more` stands before it. */
export async function writeVarnish(
  more: string,
  folder: string,
  port: number,
  originUrl: string,
): Promise<readonly string[]> {
  const { hostname, port: originPort } = new URL(originUrl);
  const text = `vcl 4.1;
backend default { .host = "${hostname}"; .port = "${originPort}"; }
${more}`;
  await writeFile(join(folder, "default.vcl"), text);
  const address = `127.0.0.1:${port}`;
  const place = ["-n", join(folder, "varnish"), "-a", address, "-f", join(folder, "default.vcl")];
  return ["-F", "-j", "none", "-s", "malloc,64m", ...place];
}

const START_MS_MAX = 15_000;

async function waitForPort(port: number, child: ChildProcess): Promise<void> {
  const untilMs = Date.now() + START_MS_MAX;
  while (child.exitCode === null && Date.now() < untilMs) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port });
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("close", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isOpen) return;
    await sleepMs(100);
  }
  throw new Error("not listening");
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await Promise.race([gone, sleepMs(3_000)]);
    child.kill("SIGKILL");
  }
  await rm(folder, { recursive: true, force: true });
}
