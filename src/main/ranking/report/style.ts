/** Colours after Okabe and Ito, told apart without colour too: known genes carry a star, uncertain points are hollow. */
export const STYLE = `
:root { color-scheme: light dark; --page: #f5f7f9; --card: #ffffff; --ink: #1b2733; --soft: #5a6875; --line: #dfe5ea;
  --accent: #00679e; --accent-soft: #e3f0f7; --known: #b34700; --series1: #007a5a; --series2: #9b5a85; --series3: #8a6d00; --series4: #3d3d3d; --warn: #8a5a00; --warn-soft: #fdf4e1; --warn-line: #ecd49a; }
@media (prefers-color-scheme: dark) {
  :root { --page: #11171d; --card: #1a222a; --ink: #e6ecf1; --soft: #9dabb8; --line: #2e3944;
    --accent: #63b7e6; --accent-soft: #16303f; --known: #f09a5b; --series1: #4fc7a1; --series2: #d99cc4; --series3: #e0c35c; --series4: #c9d3dc; --warn: #eec56a; --warn-soft: #2d2616; --warn-line: #5a4a20; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 40px 24px 64px; }
header p { color: var(--soft); margin: 0; }
h1 { font-size: 30px; line-height: 1.2; margin: 4px 0 8px; letter-spacing: -.01em; }
h2 { font-size: 19px; margin: 0 0 4px; }
h3 { font-size: 16px; margin: 20px 0 4px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 22px 24px; margin-top: 20px; }
section > p { margin: 0 0 12px; }
section > ul { margin: 4px 0 12px; padding-left: 20px; }
section > ul.hint:last-child, section > ul:last-child { margin-bottom: 0; }
section > .scroll + svg { margin-top: 20px; }
section > .scroll + p { margin-top: 16px; }
.hint { color: var(--soft); font-size: 14px; }
.lead { background: var(--accent-soft); border-color: transparent; border-left: 5px solid var(--accent); font-size: 17px; }
.lead p { margin: 0; }
.warn { background: var(--warn-soft); border-color: var(--warn-line); }
.warn h2 { color: var(--warn); }
.warn ul { margin: 8px 0 0; padding-left: 20px; }
.warn li { margin: 4px 0; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; margin: 20px 0 0; }
.facts div { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 12px 16px; }
.facts dt { color: var(--soft); font-size: 13px; }
.facts dd { margin: 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; height: auto; font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: 8px; }
th { text-align: left; font-weight: 600; color: var(--soft); border-bottom: 2px solid var(--line); padding: 6px 8px; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: 6px 8px; vertical-align: baseline; white-space: nowrap; }
tbody th { font-weight: inherit; color: inherit; border-bottom: 1px solid var(--line); vertical-align: baseline; white-space: nowrap; }
th.n, td.n { text-align: right; }
tr.leads th, tr.leads td { background: var(--accent-soft); font-weight: 600; }
th em, td em { font-weight: 600; }
td code { white-space: normal; word-break: break-all; } .star { color: var(--known); }
.bar { display: inline-block; height: 9px; border-radius: 3px; background: var(--accent); vertical-align: middle; margin-left: 8px; }
pre { background: var(--page); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; overflow-x: auto; font: 13px/1.5 ui-monospace, Consolas, 'Liberation Mono', monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font: 12.5px ui-monospace, Consolas, 'Liberation Mono', monospace; overflow-wrap: anywhere; }
details { border-top: 1px solid var(--line); padding: 8px 0; } summary { cursor: pointer; font-weight: 600; }
footer { color: var(--soft); font-size: 13px; margin-top: 24px; }
@media print { body { background: #fff; } section { break-inside: avoid; } }
`;
