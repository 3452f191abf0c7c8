import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Whether `name`, a path or a name on `env.PATH`, is a program that we may run. */
export function canRun(name, env) {
  const places = isAbsolute(name) ? [name] : (env.PATH ?? "").split(delimiter).map((folder) => join(folder, name));
  return places.some((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
