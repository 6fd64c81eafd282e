/** Style of the built-in page; system fonts and colours that keep a contrast of 4.5 to 1 or more. */
export const pageStyle: string = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --card: #fff; --line: #dfe2e7; --text: #1c2128; --quiet: #57606a;
  --good: #1a7f4b; --bad: #b4412c; --mark: #fff; --link: #0b5cad;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1216; --card: #191e24; --line: #2d343d; --text: #e8ebef; --quiet: #a2abb6;
    --good: #4cc38a; --bad: #f0876f; --mark: #10151a; --link: #7db9f5;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; padding: 1.25rem;
  display: grid; place-items: center;
  background: var(--ground); color: var(--text);
  font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
main {
  width: 100%; max-width: 29rem; padding: 2.5rem 2rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
  text-align: center; overflow-wrap: anywhere;
}
.mark circle { fill: var(--bad); }
.connected .mark circle { fill: var(--good); }
.declined .mark circle { fill: var(--quiet); }
.question .mark circle { fill: var(--link); }
.mark path { fill: none; stroke: var(--mark); stroke-width: 4; stroke-linecap: round; stroke-linejoin: round; }
h1 { margin: 1.25rem 0 .75rem; font-size: 1.5rem; line-height: 1.25; font-weight: 650; text-wrap: balance; }
p { margin: 0 0 .75rem; text-wrap: pretty; }
.next { color: var(--quiet); }
.detail {
  padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .5rem;
  font-size: .9375rem; text-align: start;
}
p:last-child { margin-bottom: 0; }
.button {
  display: inline-block; margin-top: .5rem; padding: .65rem 1.25rem; border-radius: .6rem;
  border: 1px solid currentColor; color: var(--link); text-decoration: none; font-weight: 600;
}
button.button { font: inherit; font-weight: 600; background: none; cursor: pointer; }
.button:hover { text-decoration: underline; }
.primary, button.primary { background: var(--link); border-color: var(--link); color: var(--card); }
.decision { display: grid; gap: .25rem; margin: 1rem 0 1.25rem; }
.decision .button { min-height: 2.75rem; }
.facts { margin: 1.25rem 0; border: 1px solid var(--line); border-radius: .75rem; text-align: start; }
.facts div { padding: .6rem .9rem; }
.facts div + div { border-top: 1px solid var(--line); }
.facts dt { color: var(--quiet); font-size: .875rem; }
.facts dd { margin: 0; font-weight: 600; }
.button:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; }
@media (max-width: 30rem) {
  body { padding: .75rem; }
  main { padding: 2rem 1.25rem; }
}
`;
