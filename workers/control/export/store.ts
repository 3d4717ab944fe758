// Where exports go: a bucket of any S3 storage, by the worker's own variables and not by the
// catalog, because it must be found when the catalog is what was lost.

import { type FileStore, makeFileStore } from "../../platform/s3-files.ts";
import { readS3Credentials } from "../../platform/secrets.ts";
import type { Env } from "../env.ts";

export type ExportPlace =
  | {
      readonly kind: "place";
      readonly store: FileStore;
      /** Of a file of an export; "" is none, for the pointer to the newest one. */
      key(exportName: string, fileName: string): string;
      /** For the audit: bucket and prefix. */
      readonly words: string;
    }
  | { readonly kind: "missing"; readonly detail: string };

/** The place, or which setting is missing. */
export function toExportPlace(env: Env): ExportPlace {
  const { WEIR_EXPORT_ENDPOINT: endpoint = "", WEIR_EXPORT_BUCKET: bucket = "" } = env;
  if (endpoint === "" || bucket === "") {
    const detail = "Set WEIR_EXPORT_ENDPOINT, WEIR_EXPORT_BUCKET and the secret WEIR_S3_EXPORT.";
    return { kind: "missing", detail };
  }
  const reading = readS3Credentials(env, "EXPORT");
  if (reading.kind === "missing") return { kind: "missing", detail: `The ${reading.detail}.` };
  const region = env.WEIR_EXPORT_REGION || "auto";
  const prefix = (env.WEIR_EXPORT_PREFIX || "weir").replace(/^\/+|\/+$/g, "");
  const place = { endpoint: endpoint.replace(/\/+$/, ""), bucket, region };
  return {
    kind: "place",
    store: makeFileStore(place, reading.credentials),
    key: (exportName, fileName) =>
      [prefix, exportName, fileName].filter((part) => part !== "").join("/"),
    words: `${bucket}/${prefix}`,
  };
}
