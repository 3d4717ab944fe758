// A request that the platform ends in the middle, with its connection, its timers and its
// waitUntil, as it does to one that uses too much of something. For the production shim: a viewer
// asks for it with the header x-shim-cut-ms, how long after its arrival.
//
// Gap against the real thing: the end comes at a time and not at a limit.

interface Abortable {
  abort(reason?: unknown): void;
}

/** Ends this invocation later, if its request wants that. */
export function cutOff(request: Request, context: Abortable): void {
  const cutMs = request.headers.get("x-shim-cut-ms");
  if (cutMs === null) return;
  setTimeout(() => context.abort("shim: cut off by the platform"), Number(cutMs));
}
