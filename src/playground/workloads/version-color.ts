import { hashOf } from "./random.ts";

/** Easy to tell apart, readable on white and on dark grey, and none of them red, which stands for failure. */
const COLORS = ["#0d9488", "#9333ea", "#65a30d", "#0891b2", "#c026d3", "#64748b", "#2563eb", "#d97706"] as const;

/** A CSS colour for a version. Versions that follow each other (6.1.0, 6.1.1, 6.2.0) have different ones. */
export function versionColor(version: string): string {
  const [, major, minor, patch, suffix = ""] = /^v?(\d+)\.(\d+)\.(\d+)(.*)$/.exec(version) ?? [];
  const place =
    major === undefined ? hashOf(version) : Number(major) + 3 * Number(minor) + Number(patch) + suffix.length;
  return COLORS[place % COLORS.length] ?? COLORS[0];
}
