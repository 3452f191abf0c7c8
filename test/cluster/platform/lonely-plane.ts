// Run by orphans.test.ts: starts a control plane, lets its etcd hang, tells what it started, and waits to be killed.
import { startControlPlane } from "../support/control-plane.ts";

const plane = await startControlPlane();
plane.pauseEtcd();
process.stdout.write(`${JSON.stringify(plane.pids())}\n`);
setInterval(() => {}, 60_000);
