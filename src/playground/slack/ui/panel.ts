import type { UiPanel } from "../ui-protocol.ts";

/** The playground's panel beside the workspace: sample traffic and scenarios. */
export interface PanelSource {
  current(): UiPanel;
  /** Calls back after every change; the returned function ends that. */
  subscribe(listener: () => void): () => void;
  /** Switches a scenario on or off. Rejects when that fails. */
  run(scenarioId: string, on: boolean): Promise<void>;
}
