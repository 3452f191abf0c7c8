import { isIPv4, isIPv6 } from "node:net";

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;
const DURATION = /^[+-]?(\d+(\.\d+)?(ns|us|µs|μs|ms|s|m|h))+$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The formats that the API server enforces; it ignores every other one. */
const CHECKS: Readonly<Record<string, (value: string) => boolean>> = {
  "date-time": (value) => DATE_TIME.test(value) && !Number.isNaN(Date.parse(value)),
  date: (value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)),
  duration: (value) => DURATION.test(value) || value === "0",
  uuid: (value) => UUID.test(value),
  ipv4: isIPv4,
  ipv6: isIPv6,
  byte: (value) => BASE64.test(value) && value.length % 4 === 0,
  email: (value) => /^[^@\s]+@[^@\s]+$/.test(value),
  uri: (value) => URL.canParse(value) || value.startsWith("/"),
};

/** The name of the format that a text breaks, or undefined. */
export function formatProblem(format: string, value: string): string | undefined {
  const check = CHECKS[format];
  return check === undefined || check(value) ? undefined : format;
}
