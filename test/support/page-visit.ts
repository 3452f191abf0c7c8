import assert from "node:assert/strict";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import type { UiState } from "../../src/playground/slack/ui-protocol.ts";
import { launchChromium } from "./chromium.ts";
import { sampleState } from "./fake-workspace-state.ts";
import { startFakeWorkspace } from "./fake-workspace.ts";
import type { FakeWorkspace } from "./fake-workspace.ts";

export interface VisitOptions {
  /** What stands behind `#`; default Ana in #deploys. */
  readonly hash?: string;
  readonly changes?: Partial<UiState>;
  readonly browser?: BrowserContextOptions;
}

/** One browser window on one fake workspace. */
export interface Visit {
  readonly page: Page;
  readonly workspace: FakeWorkspace;
  /** When the sample messages were "posted", in milliseconds. */
  readonly now: number;
  at(testid: string): Locator;
  /** The last recorded action of a kind, or undefined. */
  lastSent(kind: string): unknown;
}

let browser: Browser | undefined;

/** Shared by the tests of one file: start it in `before`, end it in `after`. */
export const theBrowser = {
  start: async (): Promise<void> => void (browser = await launchChromium()),
  stop: async (): Promise<void> => browser?.close(),
};

/** Opens the page, lets the test act, and fails it when the page logged an error or asked the network for something else. */
export async function visit(options: VisitOptions, act: (visit: Visit) => Promise<void>): Promise<void> {
  const { hash = "user=ana&channel=deploys", changes = {}, browser: context = {} } = options;
  const now = Date.now();
  const workspace = await startFakeWorkspace((user) => sampleState(user, now, changes));
  assert.ok(browser);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-US", ...context });
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (line) => void (line.type() === "error" && troubles.push(line.text())));
  page.on(
    "request",
    (request) =>
      void (
        request.url().startsWith(workspace.url) ||
        request.url().startsWith("data:") ||
        troubles.push(`asked ${request.url()}`)
      ),
  );
  try {
    await page.goto(`${workspace.url}/#${hash}`);
    // Only an open stream gets what the test pushes.
    await page.locator("[data-link=open]").waitFor();
    const lastSent = (kind: string): unknown => workspace.actions.findLast((action) => action.kind === kind)?.body;
    await act({ page, workspace, now, at: (testid) => page.getByTestId(testid), lastSent });
    assert.deepEqual(troubles, []);
  } finally {
    await page.close();
    await workspace.close();
  }
}

/** Leaves a picture for a person to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(import.meta.dirname, `../screenshots/${name}.png`) });
}

/** A `ts` some seconds after the sample messages. */
export function later(now: number, seconds: number): string {
  return `${Math.floor(now / 1000) + seconds}.000100`;
}
