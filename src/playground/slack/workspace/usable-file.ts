import type { JsonRecord } from "../blocks/check.ts";
import type { Workspace } from "./workspace.ts";

/** Tells of a `slack_file` reference whether the file may be drawn: uploaded, shared with somebody and not deleted. */
export function fileUsable(workspace: Workspace): (reference: JsonRecord) => boolean {
  return (reference) => {
    const { id, url } = reference;
    const file = [...workspace.files.values()].find(
      (one) => one.id === id || (typeof url === "string" && url.split("/").includes(one.id)),
    );
    return file !== undefined && !file.deleted && file.shares.length > 0;
  };
}
