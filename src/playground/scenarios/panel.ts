import type { PanelSource } from "../slack/ui/panel.ts";
import type { UiPanel } from "../slack/ui-protocol.ts";
import type { Stage } from "../stage/stage.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";

const REDRAW_EVERY_MS = 1_000;

/** The panel beside the workspace. It exists before the stage does, because the workspace is one of the first parts to start. */
export class Panel implements PanelSource {
  readonly #listeners = new Set<() => void>();
  readonly #active = new Set<string>();
  #stage: Stage | null = null;
  #links: UiPanel["links"] = [];
  #timer: NodeJS.Timeout | null = null;

  /** From now on there is something to show and to break. */
  open(stage: Stage, links: UiPanel["links"]): void {
    this.#stage = stage;
    this.#links = links;
    this.#timer = setInterval(() => this.#changed(), REDRAW_EVERY_MS);
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#listeners.clear();
  }

  current(): UiPanel {
    const traffic = this.#stage?.clusters.flatMap(({ mesh }) => mesh.traffic()) ?? [];
    const scenarios = SCENARIOS.map((scenario) => {
      const { id, label, hint } = scenario;
      return { id, label, hint, active: this.#isOn(scenario) };
    });
    return { traffic: [...traffic], scenarios, links: this.#links };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async run(scenarioId: string, on: boolean): Promise<void> {
    const scenario = SCENARIOS.find(({ id }) => id === scenarioId);
    if (scenario === undefined || this.#stage === null) throw new Error(`there is no scenario ${scenarioId} yet`);
    this.#mark(scenario.id, scenario.kind === "push" || on);
    try {
      await scenario.set(this.#stage, on);
    } catch (error) {
      this.#mark(scenario.id, false);
      throw new Error(`while running the scenario "${scenario.label}"`, { cause: error });
    }
    if (scenario.kind === "push") this.#mark(scenario.id, false);
  }

  #isOn({ id, isOn }: Scenario): boolean {
    return isOn !== undefined && this.#stage !== null ? isOn(this.#stage) : this.#active.has(id);
  }

  #mark(id: string, active: boolean): void {
    if (active) this.#active.add(id);
    else this.#active.delete(id);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
