// The local stack in this process, on ports that nobody uses, for tests that need its fault
// methods. Each test starts its own: after one test's faults another's origins are not as new.

import { claimPort } from "../../../infra/local/ports.ts";
import { type Stack, startStack } from "../../../infra/local/stack.ts";

/** A running stack with its demo, which is always there here. */
export type DemoStack = Stack & { readonly demo: NonNullable<Stack["demo"]> };

export async function startFreeStack(): Promise<DemoStack> {
  const claim = async () => (await claimPort(0)) ?? Promise.reject(new Error("No port is free."));
  const ports = { edges: [await claim()], control: await claim(), storage: await claim() };
  const stack = await startStack({
    ports,
    demo: true,
    unaligned: false,
    catalog: null,
    data: null,
    log: (line) => console.log(`  stack: ${line}`),
  });
  const { demo } = stack;
  if (demo === null) throw new Error("The stack started without its demo.");
  return { ...stack, demo };
}

/** The address of a file at the stack's first edge. */
export function toEdgeUrl(stack: Stack, path: string): string {
  return `${stack.edgeUrls[0] ?? ""}${path}`;
}
