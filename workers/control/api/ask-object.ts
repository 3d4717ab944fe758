// Calls to control's own objects, twice if need be: an object that was just evicted or updated
// fails the calls under way, and a fresh stub finds it again. Only for calls that may be made twice
// without harm; each says at its definition why it may.

import type { Objects } from "../../platform/objects.ts";
import { MAIN } from "../object-names.ts";

/** Asks an object by name. Rejects if it fails twice. */
export async function askObject<Api, Answer>(
  objects: Objects<Api>,
  name: string,
  call: (object: Api) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await call(objects.getByName(name));
  } catch {
    return call(objects.getByName(name));
  }
}

/** Asks the one object of its kind. */
export function askMain<Api, Answer>(
  objects: Objects<Api>,
  call: (object: Api) => Promise<Answer>,
): Promise<Answer> {
  return askObject(objects, MAIN, call);
}
