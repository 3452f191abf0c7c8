import { findExecutable } from "./executables.ts";

const CANDIDATES = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The path of a Chromium or Chrome that a browser test can drive, or undefined when this machine has none. */
export function findChromium(executable?: string): Promise<string | undefined> {
  return findExecutable(executable === undefined ? CANDIDATES : [executable]);
}
