// A path of an endpoint with its parameters filled in by the examples of the API's own document.

import type { Endpoint } from "../../workers/control/api/endpoint.ts";
import { printOpenApi } from "../../workers/control/api/openapi.ts";

interface Operation {
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: { readonly example?: string };
  }[];
}

/** The path below /api/v1; fails for a parameter that has no example. */
export function toSamplePath(endpoint: Endpoint): string {
  const { paths } = printOpenApi([endpoint]) as {
    paths: Record<string, Record<string, Operation>>;
  };
  const { parameters } = paths[endpoint.path]?.[endpoint.method] ?? { parameters: [] };
  return endpoint.path.replace(/\{([a-z]+)\}/g, (_whole, name: string) => {
    const { example } = parameters.find((each) => each.name === name)?.schema ?? {};
    if (example === undefined) throw new Error(`${endpoint.path}: ${name} has no example.`);
    return example;
  });
}
