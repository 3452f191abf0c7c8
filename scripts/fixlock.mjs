// Puts the per-platform optional packages back that an incomplete registry leaves out of package-lock.json.
// Without them `npm ci` refuses the lock on every machine. Run it after each `npm install`; `npm ci` skips
// the entries that are not for this machine by os, cpu and libc.
import fs from "node:fs";

const FILE = "package-lock.json";
const PLATFORM =
  /[-/](darwin|linux|linuxmusl|win32|freebsd|openbsd|netbsd|sunos|aix|android|openharmony)-([a-z0-9]+)(?:-([a-z]+))?$/;

const lock = JSON.parse(fs.readFileSync(FILE, "utf8"));
let restored = 0;
for (const [place, entry] of Object.entries(lock.packages)) {
  if (place === "") continue;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const at = `node_modules/${name}`;
    const platform = PLATFORM.exec(name);
    if (lock.packages[at] || !platform) continue;
    const musl = platform[1] === "linuxmusl" || /musl/.test(platform[3] ?? "");
    lock.packages[at] = {
      version,
      cpu: [platform[2]],
      ...(entry.dev && { dev: true }),
      ...(platform[1].startsWith("linux") && { libc: [musl ? "musl" : "glibc"] }),
      optional: true,
      os: [platform[1].replace("musl", "")],
    };
    restored += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
fs.writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${FILE}: ${restored} platform entries restored`);
