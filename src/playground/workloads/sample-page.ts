import type { Greeting } from "./service-instance.ts";

/**
 * The sample app as a web page in the colour of the version that served it. It asks the same address twice a second and
 * draws one dot an answer, so that a shift of traffic can be watched.
 */
export function samplePage({ service, version, pod, message, color }: Greeting): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escaped(service)} ${escaped(version)}</title>
<style>${STYLE}</style>
<main style="--version: ${color}">
  <p class="service">${escaped(service)}</p>
  <h1 id="version">${escaped(version)}</h1>
  <p id="message">${escaped(message)}</p>
  <p class="pod" id="pod">${escaped(pod)}</p>
  <div id="answers" role="img" aria-label="One dot for each answer, in the colour of its version"></div>
  <ul id="legend"></ul>
</main>
<script>${SCRIPT}</script>
</html>
`;
}

const STYLE = `
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f4f5f7;
         color: #1d1c1d; font: 16px/1.5 system-ui, sans-serif }
  main { width: min(34rem, 92vw); padding: 2.5rem; background: #fff; border-radius: 16px;
         box-shadow: 0 8px 30px rgb(0 0 0 / 10%); position: relative; overflow: hidden }
  main::before { content: ""; position: absolute; inset: 0 0 auto; height: 10px; background: var(--version);
                 transition: background .3s }
  .service { margin: 0; color: #616061; letter-spacing: .04em }
  h1 { margin: 0 0 .5rem; font-size: 3.4rem; line-height: 1.1; color: var(--version); transition: color .3s }
  p { margin: .2rem 0 }
  .pod { color: #868686; font: 13px/1.6 ui-monospace, monospace }
  #answers { display: grid; grid-template-columns: repeat(20, 1fr); gap: 5px; margin: 1.6rem 0 1rem; min-height: 5.4rem;
             align-content: start }
  #answers i { aspect-ratio: 1; border-radius: 50%; background: var(--dot) }
  #answers i.failed { background: #fff; border: 3px solid #d92d20 }
  #legend { margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; font-size: .9rem }
  #legend i { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 50%; background: var(--dot) }
  @media (prefers-color-scheme: dark) {
    body { background: #17181b; color: #e8e8e8 } main { background: #222529 } #answers i.failed { background: #222529 }
  }`;

const SCRIPT = `
  const byId = (id) => document.getElementById(id);
  const kept = 80, dots = [];
  async function ask() {
    let answer = { version: "no answer", color: "#d92d20", message: "", pod: "" }, failed = true;
    try {
      const response = await fetch(location.href, { headers: { accept: "application/json" }, cache: "no-store" });
      failed = !response.ok;
      answer = { ...answer, ...await response.json() };
    } catch {}
    dots.push({ answer, failed });
    if (dots.length > kept) dots.shift();
    draw(answer, failed);
    setTimeout(ask, 500);
  }
  function dot({ answer, failed }) {
    const element = document.createElement("i");
    element.style.setProperty("--dot", answer.color);
    element.className = failed ? "failed" : "";
    element.title = answer.version + (failed ? " failed" : "");
    return element;
  }
  function draw(answer, failed) {
    if (!failed) {
      document.querySelector("main").style.setProperty("--version", answer.color);
      for (const id of ["version", "message", "pod"]) byId(id).textContent = answer[id];
    }
    byId("answers").replaceChildren(...dots.map(dot));
    const versions = [...Map.groupBy(dots, ({ answer }) => answer.version)].sort(([a], [b]) => a < b ? -1 : 1);
    byId("legend").replaceChildren(...versions.map(([version, all]) => {
      const item = document.createElement("li"), failures = all.filter(({ failed }) => failed).length;
      const share = Math.round((all.length / dots.length) * 100);
      item.append(dot({ answer: all[0].answer, failed: false }), version + "  " + share + "%" + (failures ? ", " + failures + " failed" : ""));
      return item;
    }));
  }
  ask();`;

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
