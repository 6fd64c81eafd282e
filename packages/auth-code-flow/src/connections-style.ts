import { pageStyle } from "./page-style.js";

/** Style of the page of a user's connections. */
export const connectionsStyle: string = `${pageStyle}
body { align-items: start; }
main { max-width: 46rem; padding: 2rem; text-align: start; }
h1 { margin-top: 0; }
h2 { margin: 0; font-size: 1.125rem; line-height: 1.3; }
main > h2 { margin-top: 1.5rem; }
ul { list-style: none; margin: 0; padding: 0; }
.provider { flex: none; }
.provider rect { fill: var(--ground); stroke: var(--line); }
.provider path { fill: none; stroke: var(--text); stroke-width: 2.6; stroke-linecap: round; stroke-linejoin: round; }
.provider text { fill: var(--text); font: 650 1.25rem system-ui, sans-serif; }
.notice { padding: .7rem .9rem; border: 1px solid var(--line); border-inline-start: .3rem solid var(--link); border-radius: .5rem; }
.connections { display: grid; gap: 1rem; margin: 1.5rem 0; }
.connections > li { padding: 1.25rem; border: 1px solid var(--line); border-radius: .75rem; }
.who { display: flex; align-items: center; gap: .9rem; }
.who div { flex: 1; min-width: 0; }
.who p { margin: 0; color: var(--quiet); font-size: .9375rem; }
.state { flex: none; padding: .15rem .65rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .8125rem; font-weight: 600; color: var(--quiet); }
.state.active { color: var(--good); }
.state.reauthorization_required, .state.unreadable { color: var(--bad); }
.meaning { margin: .9rem 0 0; font-size: .9375rem; }
.terms { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 1rem 0 0; font-size: .9375rem; }
.terms dt { color: var(--quiet); }
.terms dd { margin: 0; }
.terms code { font-size: .875em; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.1rem 0 0; }
.actions .button { margin: 0; padding: .5rem 1rem; font-size: .9375rem; }
.more { display: grid; gap: .6rem; margin-top: .9rem; }
.more a {
  display: flex; align-items: center; gap: .9rem; padding: .75rem 1.25rem; border: 1px solid var(--line); border-radius: .75rem;
  color: var(--link); font-weight: 600; text-decoration: none;
}
.more a:hover { text-decoration: underline; }
.more a:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; }
@media (max-width: 30rem) {
  main { padding: 1.5rem 1rem; }
  .connections > li { padding: 1rem; }
  .who { flex-wrap: wrap; gap: .6rem .9rem; }
  .who div { flex-basis: calc(100% - 5rem); }
  .terms { grid-template-columns: 1fr; gap: 0; }
  .terms dt + dd { margin-bottom: .5rem; }
  .actions { gap: .6rem; }
  .actions .button { flex: 1; padding: .6rem .5rem; text-align: center; white-space: nowrap; }
}
`;
