// A part of a bench in a process of its own, called like an object: the parent forks a script and
// calls its methods by name, the child serves them. A child whose parent is gone ends itself.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

interface Call {
  readonly id: number;
  readonly method: string;
  readonly words: readonly unknown[];
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** In the child: answers calls with these methods, whose arguments and results are plain data. */
export function serveCalls(methods: object): void {
  process.on("disconnect", () => process.exit(0));
  // Ctrl-C reaches the whole group; the parent decides when its children end.
  process.on("SIGINT", () => undefined);
  process.on("message", async ({ id, method, words }: Call) => {
    const reply = await answer(methods, method, words).then(
      (value): Reply => ({ id, value }),
      (error: unknown): Reply => ({ id, error: String(error) }),
    );
    process.send?.(reply);
  });
}

async function answer(methods: object, method: string, words: readonly unknown[]) {
  const found: unknown = Reflect.get(methods, method);
  if (typeof found !== "function") throw new Error(`There is no method ${method}.`);
  return Reflect.apply(found, methods, words) as unknown;
}

export interface Child {
  readonly pid: number;
  readonly call: <T>(method: string, ...words: readonly unknown[]) => Promise<T>;
  readonly stop: () => Promise<void>;
}

/** In the parent: starts a script that calls `serveCalls`. */
export function startChild(script: URL): Child {
  const child = fork(fileURLToPath(script), { serialization: "advanced", execArgv: [] });
  const waiting = new Map<
    number,
    { resolve: (value: never) => void; reject: (e: Error) => void }
  >();
  let count = 0;
  let ended = false;
  const exit = new Promise<void>((resolve) => {
    child.once("exit", () => {
      ended = true;
      for (const { reject } of waiting.values()) reject(new Error(`${script.pathname} ended.`));
      waiting.clear();
      resolve();
    });
  });
  child.on("message", (message) => {
    const { id, value, error } = message as Reply;
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) caller?.resolve(value as never);
    else caller?.reject(new Error(error));
  });
  return {
    pid: child.pid ?? 0,
    call: <T>(method: string, ...words: readonly unknown[]) =>
      new Promise<T>((resolve, reject) => {
        if (ended) return reject(new Error(`${script.pathname} ended.`));
        const id = ++count;
        waiting.set(id, { resolve, reject });
        child.send({ id, method, words } satisfies Call);
      }),
    async stop() {
      if (!ended) child.kill("SIGKILL");
      await exit;
    },
  };
}
