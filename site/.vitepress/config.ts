import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderMermaidSVG } from "beautiful-mermaid";
import { type DefaultTheme, defineConfig, type MarkdownOptions } from "vitepress";
import { repository, root, toSiteLink, toSitePath } from "../src/site-paths.ts";

/** The text and the address of each page in a folder's subfolders. */
function readmesIn(area: string): DefaultTheme.SidebarItem[] {
  return readdirSync(join(root, area))
    .filter((name) => existsSync(join(root, area, name, "README.md")))
    .map((name) => ({ text: name, link: `/${area}/${name}/` }));
}

/** A page with its first heading as its text. */
function page(path: string): { readonly text: string; readonly link: string } {
  const [, heading = path] = /^# (.+)$/m.exec(readFileSync(join(root, path), "utf8")) ?? [];
  const address = toSitePath(path).replace(/(index)?\.md$/, "");
  return { text: heading.replaceAll("`", ""), link: `/${address}` };
}

function pagesIn(folder: string): DefaultTheme.SidebarItem[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .map((name) => page(`${folder}/${name}`));
}

const reference: DefaultTheme.SidebarItem[] = JSON.parse(
  readFileSync(join(root, "site/reference/modules.json"), "utf8"),
);

/** Guides, without the word that each of them begins with. */
function guides(...names: readonly string[]): DefaultTheme.SidebarItem[] {
  return names.map((name) => {
    const { text, link } = page(`docs/guides/${name}.md`);
    const [first = "", ...rest] = text.replace("Guide: ", "");
    return { text: first.toUpperCase() + rest.join(""), link };
  });
}

const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: "Start",
    items: [
      { text: "RAK OAuth", link: "/" },
      ...["start", "architecture", "security", "migrate", "comparison"].map((name) =>
        page(`docs/${name}.md`),
      ),
    ],
  },
  {
    text: "Guides",
    items: [
      ...guides("core", "oidc-discovery", "token-manager", "auth-code-flow"),
      ...guides("sign-in-from-a-command", "rest-tools", "own-functions"),
      ...guides("callback-server", "command-line", "environment"),
    ],
  },
  {
    text: "Stores",
    items: guides("store-postgresql", "store-pglite", "store-redis", "store-memory", "own-store"),
  },
  {
    text: "Frameworks",
    items: [
      ...guides("ai-sdk", "openai-agents", "langgraph", "google-adk"),
      ...guides("mcp-server", "mcp-client"),
    ],
  },
  { text: "Packages", items: [...readmesIn("packages"), ...readmesIn("apps")] },
  {
    text: "Running it",
    items: ["deploy", "operate", "faults", "conformance", "providers", "versioning"].map((name) =>
      page(`docs/${name}.md`),
    ),
  },
  { text: "Examples", collapsed: true, items: readmesIn("examples") },
  { text: "Reference", collapsed: true, items: reference },
  {
    text: "Contributing",
    collapsed: true,
    items: [
      page("CONTRIBUTING.md"),
      page("SECURITY.md"),
      { text: "Decisions", link: "/docs/decisions/", items: pagesIn("docs/decisions") },
    ],
  },
];

function locate(module: string): string {
  return fileURLToPath(import.meta.resolve(module));
}

/** A diagram in the theme's colours, light and dark. */
function drawDiagram(source: string): string {
  const svg = renderMermaidSVG(source, {
    bg: "var(--vp-c-bg)",
    fg: "var(--vp-c-text-1)",
    accent: "var(--vp-c-brand-1)",
    font: "inherit",
    transparent: true,
    padding: 8,
    layerSpacing: 24,
  });
  // The font that it names comes from another origin.
  const own = svg.replace(/@import [^;]+;/, "");
  return `<div class="diagram" tabindex="0" role="img" aria-label="Diagram" v-html="${JSON.stringify(own).replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"></div>`;
}

/** Links are written for the repository; what is no page of the site is shown there. */
const markdown: MarkdownOptions = {
  theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  languageAlias: { caddyfile: "nginx" },
  config(parser) {
    parser.core.ruler.push("links of the repository", ({ tokens, env }) => {
      for (const token of tokens.flatMap(({ children }) => children ?? [])) {
        const href = token.type === "link_open" ? token.attrGet("href") : null;
        if (href !== null) token.attrSet("href", toSiteLink(env.realPath ?? env.path, href));
      }
    });
    const { fence } = parser.renderer.rules;
    parser.renderer.rules.fence = (tokens, index, ...more) => {
      const token = tokens[index];
      return token?.info === "mermaid"
        ? drawDiagram(token.content)
        : (fence?.(tokens, index, ...more) ?? "");
    };
  },
};

/** What the default theme has no place for, and a label of code that it shows too faintly. */
const style = `
.diagram { overflow-x: auto }
.diagram svg { max-width: none }
.vp-doc [class*="language-"] > span.lang { color: var(--vp-c-text-2) }
`;

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#3451b2"/><circle cx="12" cy="16" r="5" fill="none" stroke="#fff" stroke-width="3"/><path d="M17 16h9v4M22 16v3" fill="none" stroke="#fff" stroke-width="3"/></svg>';

export default defineConfig({
  title: "RAK OAuth",
  description: "OAuth2 for AI agents, in TypeScript.",
  base: process.env["SITE_BASE"] ?? "/",
  srcDir: "..",
  srcExclude: [
    "**/CHANGELOG.md",
    "**/{src,test}/**",
    "{.changeset,.github,bench,tooling}/**",
    "site/!(reference)/**",
  ],
  rewrites: (path) => toSitePath(path),
  cleanUrls: true,
  lastUpdated: false,
  head: [
    ["link", { rel: "icon", href: `data:image/svg+xml,${encodeURIComponent(icon)}` }],
    ["style", {}, style],
  ],
  markdown,
  // Pages lie outside this folder, where its dependencies are not found by themselves.
  vite: {
    // The reference has a page for each package, and the largest has hundreds of names.
    build: { chunkSizeWarningLimit: 2000 },
    resolve: {
      alias: [
        { find: /^vue$/, replacement: locate("vue/dist/vue.runtime.esm-bundler.js") },
        { find: /^vue\/server-renderer$/, replacement: locate("vue/server-renderer") },
      ],
    },
  },
  themeConfig: {
    sidebar,
    nav: [
      { text: "Five minutes", link: "/docs/start" },
      { text: "Providers", link: "/docs/providers" },
      { text: "Reference", link: "/reference/" },
    ],
    outline: [2, 3],
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: repository }],
  },
});
