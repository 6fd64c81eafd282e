import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launchChromium } from "@rak-oauth/test-kit";

/** Plays alice's part of the demo in a browser, and makes the picture that the README shows of it. */
const picture = new URL("../../../docs/demo.png", import.meta.url);
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

const demo = spawn(process.execPath, ["--conditions=@rak-oauth/source", "--import=tsx", main], {
  stdio: ["ignore", "pipe", "inherit"],
  env: { ...process.env, NO_COLOR: "1" },
});
let output = "";
demo.stdout.setEncoding("utf8").on("data", (text: string) => {
  output += text;
});

/** The match of the first moment that there is one. */
async function findInOutput(wanted: RegExp): Promise<string> {
  for (;;) {
    const found = wanted.exec(output)?.[0];
    if (found !== undefined) return found;
    await once(demo.stdout, "data");
  }
}

const chromium = await launchChromium();
try {
  // A long link is wrapped in its box.
  const link = await findInOutput(/http:\S+\/oauth2\/connect[^├]*(?=├)/);
  const context = await chromium.newContext({
    viewport: { width: 480, height: 700 },
    deviceScaleFactor: 1.5,
  });
  const page = await context.newPage();
  const shots: string[] = [];
  const shoot = async () => {
    shots.push((await page.screenshot()).toString("base64"));
  };
  await page.goto(link.replace(/[\s│]/g, ""));
  await shoot();
  await page.click(".primary");
  await page.click("button.person:has-text('alice')");
  await shoot();
  await page.click("button.allow");
  await page.click(".primary");
  await page.waitForLoadState();
  await shoot();
  const told = await findInOutput(/◇ {2}1 [\s\S]*?agent: You have[^\n]*\n/);
  const text = told
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/^(│ {2})(alice|agent)(:.*)$/gm, "$1<b>$2</b>$3");
  // Pages of the flow allow no styles but their own.
  const sheet = await context.newPage();
  await sheet.setViewportSize({ width: 1200, height: 700 });
  await sheet.setContent(`<!doctype html><style>
    body { margin: 0; padding: 16px; background: #e8eaf0; font-family: sans-serif }
    pre, img { border-radius: 10px; box-shadow: 0 2px 10px #0003; margin: 0 }
    pre { white-space: pre-wrap; background: #16181d; color: #d7dae0; padding: 16px; font: 15px/1.4 "DejaVu Sans Mono", monospace }
    b { color: #8ab4f8 }
    div { display: flex; gap: 16px; margin-top: 16px }
    img { width: calc((100% - 32px) / 3) }
  </style><pre>$ npx -y pnpm@12.21.0 demo

${text.trimEnd()}</pre><div>${shots.map((shot) => `<img src="data:image/png;base64,${shot}">`).join("")}</div>`);
  await writeFile(picture, await sheet.screenshot({ fullPage: true }));
} finally {
  await chromium.close();
  demo.kill("SIGTERM");
  await once(demo, "exit");
}
