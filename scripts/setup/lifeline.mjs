// Loaded into each process that the bootstrap or the test runner starts. Whoever started us holds the other end of this
// pipe and never writes to it: when it closes, they are gone, even by SIGKILL, and we stop in the ordinary way.
import { Socket } from "node:net";
import { isMainThread } from "node:worker_threads";

const { COALMINE_LIFELINE: fd } = process.env;
if (fd !== undefined && isMainThread) {
  // Children of ours inherit the flag that loads this file, but not the pipe.
  delete process.env.COALMINE_LIFELINE;
  const lifeline = new Socket({ fd: Number(fd), readable: true, writable: false });
  lifeline.on("error", () => {});
  lifeline.once("close", () => process.kill(process.pid, "SIGTERM"));
  lifeline.resume();
  lifeline.unref();
}
