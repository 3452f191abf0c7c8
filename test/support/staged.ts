import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findExecutable } from "../../src/playground/services/executables.ts";
import { silentLog } from "../../src/playground/services/log.ts";
import type { UiMessage } from "../../src/playground/slack/ui-protocol.ts";
import { startStage, type Stage, type StageOptions } from "../../src/playground/stage/stage.ts";
import { untilInitialized } from "../../src/playground/stage/wait.ts";
import { eventually } from "./eventually.ts";

/** Why the stage cannot be started on this machine; `false` when it can. Fits the `skip` option of a test. */
export async function missingTools(): Promise<string | false> {
  const prometheus = await findExecutable(["prometheus"]);
  return (await missingRedis()) || (prometheus === undefined ? "prometheus is not installed" : false);
}

export async function missingRedis(): Promise<string | false> {
  const redis = await findExecutable(["redis-server", "valkey-server"]);
  return redis === undefined ? "redis-server is not installed" : false;
}

/** What `kubectl get canary -o json` would say, as far as tests look. */
export interface SeenCanary {
  readonly status: {
    readonly phase: string;
    readonly canaryWeight: number;
    readonly failedChecks: number;
    readonly rollout: {
      readonly id: string;
      readonly phase: string;
      readonly pause: object | null;
      readonly approvals: readonly { readonly user: string }[];
      readonly revision: { readonly label: string };
      readonly commands: readonly { readonly id: string; readonly verb: string; readonly state: string }[];
      readonly events: readonly { readonly event: { readonly kind: string; readonly weight?: number } }[];
    };
  };
}

/** The product on stage, with quick analysis, for tests that act as people. */
export class Staged {
  readonly stage: Stage;
  readonly #directory: string;

  constructor(stage: Stage, directory: string) {
    this.stage = stage;
    this.#directory = directory;
  }

  static async start(overrides: Partial<StageOptions> = {}, interval = "2s"): Promise<Staged> {
    const directory = await mkdtemp(join(tmpdir(), "coalmine-e2e-"));
    const stage = await startStage({ directory, minInterval: "1s", load: 25, log: silentLog, ...overrides });
    const staged = new Staged(stage, directory);
    for (const { name } of stage.clusters) {
      for (const canary of ["podinfo", "checkout"])
        await staged.patch(canary, { spec: { analysis: { interval } } }, name);
    }
    await untilInitialized(stage, AbortSignal.timeout(120_000));
    return staged;
  }

  async stop(): Promise<void> {
    await this.stage.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #cluster(name?: string) {
    const found = this.stage.clusters.find((cluster) => name === undefined || cluster.name === name);
    if (found === undefined) throw new Error(`there is no cluster ${name}`);
    return found;
  }

  async patch(canary: string, body: object, cluster?: string): Promise<void> {
    const response = await fetch(
      `${this.#cluster(cluster).kubernetes.url}/apis/flagger.app/v1beta1/namespaces/demo/canaries/${canary}`,
      {
        method: "PATCH",
        headers: { "content-type": "application/merge-patch+json" },
        body: JSON.stringify(body),
      },
    );
    if (!response.ok) throw new Error(`while patching canary ${canary}: ${response.status} ${await response.text()}`);
  }

  async object<T>(path: string, cluster?: string): Promise<T> {
    const response = await fetch(`${this.#cluster(cluster).kubernetes.url}${path}`);
    if (!response.ok) throw new Error(`while reading ${path}: ${response.status}`);
    return (await response.json()) as T;
  }

  canary(name: string, cluster?: string): Promise<SeenCanary> {
    return this.object(`/apis/flagger.app/v1beta1/namespaces/demo/canaries/${name}`, cluster);
  }

  /** Waits until the canary's own phase is reached. */
  until(
    name: string,
    phase: string,
    options: { readonly cluster?: string; readonly timeoutMs?: number } = {},
  ): Promise<SeenCanary> {
    return eventually(
      async () => {
        const canary = await this.canary(name, options.cluster);
        if (canary.status.rollout.phase !== phase)
          throw new Error(`${name} is ${canary.status.rollout.phase}, not ${phase}`);
        return canary;
      },
      { timeoutMs: options.timeoutMs ?? 90_000, everyMs: 50 },
    );
  }

  async imageOf(deployment: string, cluster?: string): Promise<string> {
    const found = await this.object<{ spec: { template: { spec: { containers: { image: string }[] } } } }>(
      `/apis/apps/v1/namespaces/demo/deployments/${deployment}`,
      cluster,
    );
    return found.spec.template.spec.containers[0]?.image ?? "";
  }

  /** Root messages of the app in #deploys that speak of `label`, oldest first. */
  roots(label: string): readonly UiMessage[] {
    const { botUser } = this.stage.slack.ids;
    return this.stage.slack
      .messages("deploys")
      .filter(
        (message) =>
          message.user === botUser && (message.threadTs ?? message.ts) === message.ts && message.onlyFor === undefined,
      )
      .filter((message) => textOf(message).includes(label));
  }

  /** The newest root message that speaks of `label`, once it satisfies `when`. */
  root(label: string, when: (message: UiMessage) => boolean = () => true, timeoutMs = 30_000): Promise<UiMessage> {
    return eventually(
      () => {
        const found = this.roots(label).at(-1);
        if (found === undefined || !when(found))
          throw new Error(`no such message about ${label}: ${found ? textOf(found) : "none"}`);
        return found;
      },
      { timeoutMs },
    );
  }

  replies(root: UiMessage): readonly string[] {
    return this.stage.slack
      .thread("deploys", root.ts)
      .filter((message) => message.ts !== root.ts)
      .map(textOf);
  }

  /** What this person alone has been told in #deploys since `after` messages, once something was. */
  told(person: string, after: number, expected: RegExp): Promise<string> {
    return eventually(
      () => {
        const texts = this.stage.slack.ephemeralsFor(person).slice(after).map(textOf);
        const found = texts.find((text) => expected.test(text));
        if (found === undefined) throw new Error(`${person} was not told ${expected}, but: ${texts.join(" | ")}`);
        return found;
      },
      { timeoutMs: 15_000 },
    );
  }

  /** Types a line in #deploys and waits for the private answer. */
  async ask(person: string, line: string, expected: RegExp): Promise<string> {
    const before = this.stage.slack.ephemeralsFor(person).length;
    await this.stage.slack.as(person).type("#deploys", line);
    return this.told(person, before, expected);
  }
}

/** All that a reader sees of a message. */
export function textOf(message: UiMessage): string {
  return `${message.text}\n${JSON.stringify(message.blocks)}`;
}
