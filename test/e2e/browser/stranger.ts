import assert from "node:assert/strict";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { Panel } from "../../../src/playground/scenarios/panel.ts";
import { findChromium } from "../../../src/playground/services/chromium.ts";
import { eventually } from "../../support/eventually.ts";
import { missingTools, Staged } from "../../support/staged.ts";

/** Long, because two cores run everything at once; a condition that holds earlier ends the wait. */
const PATIENCE_MS = 60_000;

/** Far above the sample's, because a machine that runs everything at once is slow in earnest, and that is not what is tried here. */
const DURATION_LIMIT_MS = 9_000;

/** Why the whole product cannot be shown in a browser here; `false` when it can. Fits the `skip` option of a test. */
export async function missingForBrowser(): Promise<string | false> {
  if ((await findChromium()) === undefined) return "chromium is not installed";
  return missingTools();
}

const METRICS = [
  { name: "request-success-rate", interval: "30s", thresholdRange: { min: 99 } },
  { name: "request-duration", interval: "30s", thresholdRange: { max: DURATION_LIMIT_MS } },
];

/** Remembers each text that a message of the channel has shown, because a picture in between may be gone before a test looks. */
const REMEMBER = `
  globalThis.shown = {};
  const look = () => {
    for (const message of document.querySelectorAll("main [data-testid=message]")) {
      const texts = (globalThis.shown[message.dataset.ts] ??= []);
      if (texts.at(-1) !== message.textContent) texts.push(message.textContent);
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
`;

/** Somebody who has only the page: sees text, types, clicks. */
export class Stranger {
  readonly page: Page;
  /** What the browser's console called an error, and answers that failed. */
  readonly troubles: string[] = [];
  readonly #staged: Staged;
  readonly #browser: Browser;
  readonly #panel: Panel;
  #patienceMs = PATIENCE_MS;

  private constructor(parts: { staged: Staged; browser: Browser; panel: Panel; page: Page }) {
    this.page = parts.page;
    this.#staged = parts.staged;
    this.#browser = parts.browser;
    this.#panel = parts.panel;
    this.page.on("pageerror", (error) => this.troubles.push(error.message));
    this.page.on("console", (line) => void (line.type() === "error" && this.troubles.push(line.text())));
  }

  /** Starts the whole product with its panel, and opens #deploys as Ana. */
  static async arrive(): Promise<Stranger> {
    const panel = new Panel();
    // Slower than the shortest possible, so that each step is on the page before the next one replaces it.
    const staged = await Staged.start({ panel }, "4s");
    await staged.patch("podinfo", { spec: { analysis: { metrics: METRICS } } });
    const browser = await chromium.launch({ executablePath: (await findChromium()) ?? "", args: ["--no-sandbox"] });
    panel.open(staged.stage, [{ label: "Prometheus", url: staged.stage.clusters[0]?.prometheus.url ?? "" }]);
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.addInitScript(REMEMBER);
    const stranger = new Stranger({ staged, browser, panel, page });
    await page.goto(`${staged.stage.slack.url}/#channel=deploys`);
    await page.getByText("Canary is connected").waitFor();
    await page.getByRole("button", { name: /You are ana/ }).waitFor();
    return stranger;
  }

  /** After a disappointment: what follows from it is not waited for as long. */
  hurry(): void {
    this.#patienceMs = 3_000;
    this.page.setDefaultTimeout(this.#patienceMs);
  }

  async leave(): Promise<void> {
    await this.#browser.close();
    this.#panel.close();
    await this.#staged.stop();
  }

  /** The place for lines in the channel. */
  get composer(): Locator {
    return this.page.getByRole("main").getByRole("combobox", { name: "Message #deploys" });
  }

  get thread(): Locator {
    return this.page.getByRole("complementary", { name: "Thread" });
  }

  /** Messages of the channel, without those of the thread beside it. */
  get messages(): Locator {
    return this.page.getByRole("main").getByTestId("message");
  }

  /** The one message that shows how this person's rollout of a version stands. */
  card(subject: string): Locator {
    return this.messages.filter({ hasText: "the thread is the log" }).filter({ hasText: `podinfo ${subject} in` });
  }

  /** Types a line as a hand would, and sends it. */
  async say(line: string): Promise<void> {
    await this.composer.fill(line);
    await this.composer.press("Enter");
  }

  /** Becomes somebody else by the menu under one's own name. */
  async become(name: string): Promise<void> {
    await this.page.getByRole("button", { name: /Switch person/ }).click();
    await this.page.getByRole("menuitemradio", { name: new RegExp(`\\b${name}\\b`) }).click();
    await this.page.getByRole("button", { name: new RegExp(`You are ${name}`) }).waitFor();
  }

  /** A private answer, at the end of the channel or of the thread. */
  privately(words: RegExp): Locator {
    return this.page.locator("[data-ephemeral=true]").filter({ hasText: words }).last();
  }

  /** Every text that this message has shown so far, oldest first. */
  async texts(message: Locator): Promise<readonly string[]> {
    const ts = await message.getAttribute("data-ts");
    return (await this.page.evaluate(`globalThis.shown[${JSON.stringify(ts)}]`)) as string[];
  }

  /** The percentages of traffic that this message has shown, each once, in order. */
  async shares(message: Locator): Promise<readonly number[]> {
    const found = (await this.texts(message)).map((text) => Number(/(\d+) % of the traffic goes to/.exec(text)?.[1]));
    return found.filter((share, index) => share !== found[index - 1]);
  }

  /** Waits until this text stands there; the failure says what stood there instead. */
  async reads(place: Locator, words: RegExp): Promise<string> {
    return eventually(
      async () => {
        const text = await place.innerText({ timeout: 5_000 });
        assert.match(text, words);
        return text;
      },
      { timeoutMs: this.#patienceMs },
    );
  }

  /** Leaves a picture for a person to look at. */
  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: join(import.meta.dirname, `../../screenshots/rollout-${name}.png`) });
  }
}
