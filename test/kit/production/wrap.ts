// Wraps the exports of a worker: its handler, its entrypoint classes and its object classes.

import { makeChance } from "../chance.ts";
import { cutOff } from "./cut-off.ts";
import {
  installConnections,
  isToRestart,
  readShimOptions,
  runInvocation,
  type ShimOptions,
  Slots,
  serveShim,
  shimContext,
  shimEnv,
  vanish,
  waitForDisk,
} from "./shim.ts";

import { withNetwork } from "./viewer-network.ts";
import { withWorkersCache } from "./workers-cache.ts";

export interface Handlers {
  fetch?(request: Request, env: object, context: ExecutionContext): Promise<Response> | Response;
  queue?(batch: MessageBatch, env: object, context: ExecutionContext): Promise<void> | void;
  scheduled?(
    event: ScheduledController,
    env: object,
    context: ExecutionContext,
  ): Promise<void> | void;
}

/** A default export (object or hono app) whose every call is one invocation under the shim. */
export function shimHandlers(handlers: Handlers): Handlers {
  installConnections();
  const enter = <T>(
    env: object,
    context: ExecutionContext,
    work: (env: object, context: ExecutionContext) => T,
  ) => {
    const options = readShimOptions(env);
    const slots = new Slots(options.headerWaitsMax);
    const place = String(Reflect.get(env, "WEIR_REGION") ?? "");
    return runInvocation(slots, () =>
      work(
        shimEnv(env, place, options),
        options.workersCache
          ? withWorkersCache(shimContext(context, options))
          : shimContext(context, options),
      ),
    );
  };
  const { fetch, queue, scheduled } = handlers;
  return {
    ...(fetch === undefined
      ? {}
      : {
          fetch: (request, env, context) => {
            cutOff(request, context);
            return (
              serveShim(new URL(request.url)) ??
              enter(env, context, (e, c) => fetch.call(handlers, withNetwork(request), e, c))
            );
          },
        }),
    ...(queue === undefined
      ? {}
      : {
          queue: (batch, env, context) =>
            enter(env, context, (e, c) => queue.call(handlers, batch, e, c)),
        }),
    ...(scheduled === undefined
      ? {}
      : {
          scheduled: (event, env, context) =>
            enter(env, context, (e, c) => scheduled.call(handlers, event, e, c)),
        }),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: any object or entrypoint class of the workers.
type AnyClass = new (...words: any[]) => object;

/** An entrypoint class: every instance is one invocation. */
export function shimEntrypoint<Base extends AnyClass>(base: Base): Base {
  installConnections();
  const shimmed = class extends base {
    // biome-ignore lint/suspicious/noExplicitAny: a mixin's constructor must take any[].
    constructor(...words: any[]) {
      const [context, env] = words as [ExecutionContext, object];
      const options = readShimOptions(env);
      const place = String((context as { props?: { region?: string } }).props?.region ?? "");
      super(context, shimEnv(env, place, options));
    }
  };
  const slotsOf = (env: object) => new Slots(readShimOptions(env).headerWaitsMax);
  wrapMethods(shimmed, base, (instance, call) =>
    runInvocation(slotsOf(Reflect.get(instance, "env")), call),
  );
  return shimmed;
}

interface Life {
  readonly slots: Slots;
  readonly options: ShimOptions;
  readonly chance: () => number;
  readonly context: DurableObjectState;
  callCount: number;
}

let objectCount = 0;

/** An object class: one set of connection slots per object, and evictions when it is idle. */
export function shimObject<Base extends AnyClass>(base: Base): Base {
  installConnections();
  const lives = new WeakMap<object, Life>();
  const shimmed = class extends base {
    // biome-ignore lint/suspicious/noExplicitAny: a mixin's constructor must take any[].
    constructor(...words: any[]) {
      const [context, env] = words as [DurableObjectState, object];
      const options = readShimOptions(env);
      const name = context.id.name ?? "";
      super(context, shimEnv(env, name, options, name));
      objectCount += 1;
      lives.set(this, {
        slots: new Slots(options.headerWaitsMax),
        options,
        chance: makeChance(options.seed + objectCount),
        context,
        callCount: 0,
      });
    }
  };
  wrapMethods(shimmed, base, (instance, call) => {
    const life = lives.get(instance);
    if (life === undefined) return call();
    return runInvocation(life.slots, () => live(life, call));
  });
  return shimmed;
}

async function live(life: Life, call: () => unknown): Promise<unknown> {
  life.callCount += 1;
  const name = life.context.id.name ?? "";
  try {
    await vanish(name);
    if (isToRestart(name)) life.context.abort("shim: restarted");
    const answer = await call();
    await waitForDisk(name);
    await vanish(name);
    return answer;
  } finally {
    life.callCount -= 1;
    // The answer leaves first; then an idle object may be gone.
    if (life.callCount === 0 && life.chance() < life.options.evictionChance) {
      setTimeout(() => {
        if (life.callCount === 0) life.context.abort("shim: evicted while idle");
      }, 0);
    }
  }
}

/** Overrides every method of `base` on `target` with one that goes through `around`. */
function wrapMethods(
  target: AnyClass,
  base: AnyClass,
  around: (instance: object, call: () => unknown) => unknown,
): void {
  for (const name of Object.getOwnPropertyNames(base.prototype)) {
    const method: unknown = Reflect.get(base.prototype, name);
    if (name === "constructor" || typeof method !== "function") continue;
    Object.defineProperty(target.prototype, name, {
      configurable: true,
      writable: true,
      value(this: object, ...words: unknown[]) {
        return around(this, () => Reflect.apply(method, this, words));
      },
    });
  }
}
