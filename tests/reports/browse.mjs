// Open pages in headless Chromium, in light and dark and at several widths, and tell as JSON what
// axe-core finds, which words are broken, and how far a page reaches beyond the window.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, chromium, shots, ...pages] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");

function brokenWords() {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const word of node.data.matchAll(/[\p{L}\p{N}_]+/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) found.push(word[0]);
    }
  }
  return found;
}

const browser = await puppeteer.launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"],
});
const told = [];
for (const path of pages) {
  for (const scheme of ["light", "dark"]) {
    for (const width of [320, 1000]) {
      const page = await browser.newPage();
      const asked = [];
      page.on("request", (request) => asked.push(request.url().slice(0, 100)));
      page.on("pageerror", (error) => asked.push(String(error)));
      await page.setBypassCSP(true); // axe is put into the page by us; the page itself asks for nothing
      await page.setViewport({ width, height: 900 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.goto(pathToFileURL(path).href);
      await page.addScriptTag({ content: axe });
      const { violations } = await page.evaluate(() => axe.run());
      const seen = violations.map(({ id, nodes }) => ({ id, at: nodes.map((n) => n.html.slice(0, 200)) }));
      const broken = await page.evaluate(brokenWords);
      const beyond = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      const elsewhere = asked.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"));
      const name = path.split("/").pop().replace(".html", "");
      if (shots) await page.screenshot({ path: `${shots}/${name}-${scheme}-${width}.png`, fullPage: true });
      told.push({ page: name, scheme, width, violations: seen, broken, beyond, elsewhere });
      await page.close();
    }
  }
}
await browser.close();
console.log(JSON.stringify(told));
