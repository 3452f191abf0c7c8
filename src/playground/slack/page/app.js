/** Starts the page: connects, follows the address, and draws. */
import { render } from "preact";
import { clock } from "./store.js";
import { html } from "./html.js";
import { startNavigation } from "./navigate.js";
import { App } from "./view/frame.js";

const CLOCK_MS = 5_000;
const RETRY_MS = 1_500;

setInterval(() => (clock.value = Date.now()), CLOCK_MS);

const root = document.getElementById("app");
root.replaceChildren();
render(html`<${App} />`, root);

async function start() {
  try {
    await startNavigation();
  } catch {
    // The server may still be starting; the frame says that the page is connecting meanwhile.
    setTimeout(() => void start(), RETRY_MS);
  }
}

void start();
