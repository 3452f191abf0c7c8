import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { crdDefinitions } from "../src/rollout/manifest/crd-definitions.ts";

/** Where the generated file is committed. */
export const CRD_FILE = fileURLToPath(new URL("../deploy/base/crds.yaml", import.meta.url));

const HEADER = "# Generated from src/rollout/manifest by `npm run generate`. Do not edit.\n";

/** The text of the generated file. */
export function crdYaml(): string {
  const documents = crdDefinitions().map((definition) =>
    stringify(definition, { lineWidth: 0, aliasDuplicateObjects: false, keepUndefined: false }),
  );
  return HEADER + documents.join("---\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(CRD_FILE, crdYaml());
