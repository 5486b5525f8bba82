/**
 * The style sheet of all views. Colours come from Jupyter's variables, with fallbacks for pages without them. Status
 * colours and the accent are mixed with the ink, which brings those of every theme to a contrast of 4.5 as text.
 */
const STYLE = `
.dagnb, .dagnb * { box-sizing: border-box; }
.dagnb {
  --page: var(--jp-layout-color0, #fff); --panel: color-mix(in srgb, var(--jp-layout-color2, #ebeff3) 25%, var(--page));
  --ink: var(--jp-ui-font-color1, #1c2430); --muted: color-mix(in srgb, var(--jp-ui-font-color2, #6b7685) 85%, var(--ink));
  --line: var(--jp-border-color2, #e3e6ea); --grip: var(--jp-border-color1, #c4cbd3); --pure: 74%;
  --accent: color-mix(in srgb, var(--jp-brand-color1, #2f6fde) 92%, var(--ink));
  --success: color-mix(in srgb, var(--jp-success-color1, #1f8a4c) var(--pure), var(--ink));
  --running: color-mix(in srgb, var(--jp-warn-color1, #d98200) var(--pure), var(--ink));
  --failure: color-mix(in srgb, var(--jp-error-color1, #d8341b) 88%, var(--ink));
  --waiting: #8a94a1; --mono: var(--jp-code-font-family, ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace);
  color: var(--ink); color-scheme: light; container-type: inline-size; text-align: left;
  font: 13px/1.45 var(--jp-ui-font-family, system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif); font-variant-numeric: tabular-nums;
}
body[data-jp-theme-light="false"] .dagnb, body.theme-dark .dagnb {
  --page: var(--jp-layout-color0, #14181d); --panel: color-mix(in srgb, var(--jp-layout-color2, #2c3441) 25%, var(--page));
  --ink: var(--jp-ui-font-color1, #e4e9ef); --muted: color-mix(in srgb, var(--jp-ui-font-color2, #9aa5b1) 80%, var(--ink));
  --line: color-mix(in srgb, var(--jp-border-color2, #343c46) 80%, var(--page)); --grip: var(--jp-border-color1, #4a5563); --pure: 66%;
  --accent: color-mix(in srgb, var(--jp-brand-color1, #6ea3ff) 72%, var(--ink)); --waiting: #7d8893; color-scheme: dark;
  --failure: color-mix(in srgb, var(--jp-error-color1, #ff7a66) 66%, var(--ink));
}
.dagnb .frame { background: var(--page); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.dagnb .frame + .frame { margin-top: 8px; }
.dagnb .head { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 8px; min-height: 40px; padding: 6px 12px; background: var(--panel); border-bottom: 1px solid var(--line); }
.dagnb .head .title { font-weight: 600; max-width: 22em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.dagnb .gap { flex: 1 1 0; }
.dagnb .hands { display: inline-flex; align-items: center; gap: 8px; }
.dagnb .pill { display: inline-block; padding: 1px 9px; border: 1px solid var(--line); border-radius: 10px; background: var(--page); color: var(--muted); font-size: 12px; line-height: 17px; white-space: nowrap; }
.dagnb .pill.success { color: var(--success); } .dagnb .pill.running { color: var(--running); } .dagnb .pill.failure { color: var(--failure); }
.dagnb button, .dagnb input, .dagnb select { font: inherit; color: inherit; }
.dagnb button, .dagnb select { height: 26px; padding: 0 10px; background: var(--page); border: 1px solid var(--line); border-radius: 5px; cursor: pointer; white-space: nowrap; }
.dagnb select { field-sizing: content; padding: 0 6px; }
.dagnb button:hover:enabled, .dagnb select:hover { border-color: var(--grip); }
.dagnb button:disabled { color: var(--muted); cursor: default; }
.dagnb button.pill { height: auto; padding: 1px 9px; border-radius: 10px; }
.dagnb button.main { background: var(--accent); border-color: var(--accent); color: var(--page); font-weight: 600; }
.dagnb button.main:disabled { opacity: .5; }
.dagnb button.on { border-color: var(--accent); color: var(--accent); }
.dagnb button.plain { height: auto; padding: 0; background: none; border: 0; }
.dagnb input[type=search] { width: 200px; height: 26px; padding: 0 9px; background: var(--page); border: 1px solid var(--line); border-radius: 5px; }
.dagnb input::placeholder { color: var(--muted); opacity: 1; }
.dagnb :is(button, input, select, summary, a, .row-button):focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.dagnb .body { display: flex; align-items: stretch; }
.dagnb .stage { position: relative; flex: 1 1 0; min-width: 0; }
.dagnb .side { flex: 0 0 clamp(272px, 32%, 400px); min-width: 0; overflow: auto; padding: 12px; background: var(--panel); border-left: 1px solid var(--line); overflow-wrap: anywhere; outline: none; }
@container (max-width: 600px) {
  .dagnb .body { flex-direction: column; height: auto !important; }
  .dagnb .stage { flex: 0 0 auto; }
  .dagnb .side { flex: 0 0 auto; max-height: 320px; border-left: 0; border-top: 1px solid var(--line); }
  .dagnb .head { padding: 6px 8px; gap: 6px; } .dagnb .hands { flex: 1 1 auto; gap: 6px; justify-content: flex-end; } .dagnb .hands input[type=search] { flex: 1 1 0; width: 104px; max-width: 200px; }
  .dagnb .head:has(.hands) > .gap, .dagnb .wide { display: none; }
}
.dagnb .note { padding: 5px 12px; border-top: 1px solid var(--line); background: var(--panel); color: var(--muted); font-size: 12px; }
.dagnb .note.failure { color: var(--failure); }
.dagnb .empty { padding: 24px 16px; color: var(--muted); }
.dagnb h3 { display: flex; align-items: flex-start; gap: 8px; margin: 0; font-size: 15px; line-height: 20px; font-weight: 600; color: inherit; overflow-wrap: anywhere; } .dagnb h3 .pill { font-weight: 400; } .dagnb h3 > span:first-child { flex: none; } .dagnb h3 > span.long:first-child { flex: 0 1 auto; min-width: 4em; }
.dagnb h4 { margin: 12px 0 2px; font-size: 12px; font-weight: 600; color: var(--muted); }
.dagnb p { margin: 4px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.dagnb .muted { color: var(--muted); } .dagnb .success { color: var(--success); } .dagnb .running { color: var(--running); } .dagnb .failure { color: var(--failure); }
.dagnb .tools { display: inline-flex; align-items: center; gap: 6px; margin-left: auto; }
.dagnb button.copy { color: var(--muted); font-size: 12px; font-weight: 400; } .dagnb button.copy:hover { color: var(--accent); }
.dagnb button.icon { width: 28px; padding: 0; }
.dagnb .close { width: 24px; height: 24px; padding: 0; border-color: transparent; background: none; color: var(--muted); }
.dagnb pre { margin: 4px 0 0; padding: 7px 9px; max-height: 280px; overflow: auto; border: 1px solid var(--line); border-radius: 5px; background: var(--page); color: inherit; font: 12px/1.5 var(--mono); white-space: pre; tab-size: 4; }
.dagnb pre.now { max-height: 118px; }
.dagnb .scroll { overflow-x: auto; }
.dagnb table { width: 100%; margin: 0; border: 0; border-collapse: collapse; font-size: 12.5px; background: none; table-layout: auto; }
.dagnb th, .dagnb td { padding: 4px 8px; border: 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: baseline; white-space: normal; overflow-wrap: break-word; color: inherit; background: none; }
.dagnb th { font-weight: 400; color: var(--muted); font-size: 12px; white-space: nowrap; }
.dagnb tr:last-child > td { border-bottom: 0; }
.dagnb .right { text-align: right; } .dagnb .short { white-space: nowrap; }
.dagnb .values > tbody > tr:not(.more) > td { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; padding: 4px 5px; }
.dagnb .values td:nth-child(1) { max-width: 10em; } .dagnb .values.steps td:nth-child(1) { max-width: clamp(12em, 18cqi, 30em); } @container (max-width: 600px) { .dagnb .values.steps td:nth-child(1) { max-width: 60cqi; } } .dagnb .values td:nth-child(2) { width: 100%; max-width: 0; } .dagnb .values .more > td { padding: 2px 0 8px; } .dagnb .values .more > td > div { contain: inline-size; }
.dagnb .ports td { padding: 4px 5px; } .dagnb .ports td:nth-child(3) { width: 100%; }
.dagnb .data td, .dagnb .data th { white-space: nowrap; max-width: 24em; overflow: hidden; text-overflow: ellipsis; padding: 3px 8px; font-size: 12px; }
.dagnb .data { border: 1px solid var(--line); border-radius: 5px; background: var(--page); margin: 4px 0 6px; }
.dagnb .caption { display: flex; justify-content: space-between; gap: 8px; padding: 3px 0 0; color: var(--muted); font-size: 12px; }
.dagnb .row-button { cursor: pointer; } .dagnb .row-button:hover td { background: color-mix(in srgb, var(--accent) 6%, transparent); }
.dagnb a { color: var(--accent); }
.dagnb .tabs { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 14px; }
.dagnb .entries { margin: 4px 0 0; display: grid; grid-template-columns: fit-content(45%) 1fr; gap: 2px 12px; font-size: 12.5px; }
.dagnb .entries :is(dt, dd) { float: none; width: auto; padding: 0; font-weight: 400; } .dagnb .entries dt { margin: 0; color: var(--muted); overflow-wrap: break-word; } .dagnb .entries dd { margin: 0; min-width: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.dagnb .entries dd.text { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 6; overflow: hidden; }
.dagnb .path { display: flex; align-items: baseline; gap: 8px; } .dagnb .path > span { flex: 0 1 auto; min-width: 0; overflow: hidden; direction: rtl; text-align: left; text-overflow: ellipsis; white-space: nowrap; font: 12px/1.5 var(--mono); }
.dagnb .side section .scroll:not(.data) td:not(.right) { max-width: 11em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.dagnb .error { margin-top: 10px; padding: 8px 10px; border: 1px solid color-mix(in srgb, var(--failure) 40%, var(--line)); border-radius: 5px; background: color-mix(in srgb, var(--failure) 6%, var(--page)); }
.dagnb .frame > .error { margin: 0; border-width: 1px 0 0; border-radius: 0; padding: 8px 12px; }
.dagnb .error .what { color: var(--failure); font-weight: 600; overflow-wrap: anywhere; }

.dagnb svg.graph { position: absolute; inset: 0; display: block; width: 100%; height: 100%; outline: none; cursor: grab; user-select: none; touch-action: pan-y; font-family: inherit; }
.dagnb svg.graph.dragging { cursor: grabbing; }
.dagnb svg.graph.keys:focus { box-shadow: inset 0 0 0 2px color-mix(in srgb, var(--accent) 45%, transparent); }
.dagnb .edge { fill: none; stroke: var(--grip); stroke-width: 1.5; }
.dagnb .edge.failure { stroke: var(--failure); } .dagnb .edge.near { stroke: var(--accent); }
.dagnb .tag rect { fill: var(--page); stroke: var(--line); } .dagnb .tag text { fill: var(--muted); font-size: 10.5px; text-anchor: middle; }
.dagnb .tag.failure rect { fill: color-mix(in srgb, var(--failure) 8%, var(--page)); stroke: var(--failure); } .dagnb .tag.failure text { fill: var(--failure); }
.dagnb .tag.success text { fill: var(--success); } .dagnb .tag.running text { fill: var(--running); }
.dagnb .node { cursor: pointer; --status: var(--accent); }
.dagnb .node:is(.waiting, .skipped, .canceled) { --status: var(--waiting); }
.dagnb .node .card { fill: var(--panel); stroke: var(--line); stroke-width: 1; }
.dagnb .node:hover .card { stroke: var(--grip); }
.dagnb .node text { pointer-events: none; }
.dagnb .node .inner { fill: none; stroke: var(--grip); }
.dagnb .node .bar { fill: var(--status); } .dagnb .node .line { fill: var(--status); }
.dagnb .node .name { font-size: 13px; font-weight: 600; fill: var(--ink); }
.dagnb .node .sub { font-size: 10.5px; fill: var(--muted); } .dagnb .node .when { font-size: 10.5px; text-anchor: end; fill: var(--status); }
.dagnb .node .clock { fill: none; stroke: var(--running); stroke-width: 1.3; stroke-linecap: round; }
.dagnb .node.success { --status: var(--success); } .dagnb .node.running { --status: var(--running); } .dagnb .node.failure { --status: var(--failure); }
.dagnb .node:is(.waiting, .skipped, .canceled) .name { fill: var(--muted); } .dagnb .node:is(.waiting, .skipped, .canceled) .when { fill: var(--muted); }
.dagnb .node:is(.waiting, .skipped) .card { stroke-dasharray: 4 3; stroke: var(--grip); }
.dagnb .node.failure .card { fill: color-mix(in srgb, var(--failure) 5%, var(--panel)); }
.dagnb .node.selected .card { stroke: var(--accent); stroke-width: 2; stroke-dasharray: none; }
.dagnb .group { cursor: pointer; --status: var(--muted); } .dagnb .group.success { --status: var(--success); } .dagnb .group.running { --status: var(--running); } .dagnb .group.failure { --status: var(--failure); }
.dagnb .group .box { fill: color-mix(in srgb, var(--line) 22%, var(--page)); stroke: var(--grip); }
.dagnb .group.selected .box { stroke: var(--accent); stroke-width: 2; }
.dagnb .group text { pointer-events: none; paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; } .dagnb .group .name { font-size: 12px; font-weight: 600; fill: var(--ink); }
.dagnb .group .sub { font-size: 10.5px; fill: var(--muted); } .dagnb .group .when { font-size: 10.5px; text-anchor: end; fill: var(--status); }
.dagnb .toggle { cursor: pointer; outline: none; } .dagnb .toggle rect { fill: var(--page); stroke: var(--grip); } .dagnb .toggle path { fill: none; stroke: var(--muted); stroke-width: 1.4; stroke-linecap: round; }
.dagnb .toggle:hover :is(rect, path), .dagnb .toggle:focus-visible :is(rect, path) { stroke: var(--accent); } .dagnb .toggle:focus-visible rect { stroke-width: 2; }
.dagnb button.back { margin-bottom: 6px; }
.dagnb .searching :is(.node:not(.found), .edge, .tag) { opacity: .28; }
.dagnb .node.found .card { stroke: var(--accent); }
.dagnb .far :is(.sub, .when, .clock, .toggle) { display: none; }
.dagnb .farther text { display: none; } .dagnb .farther .edge { stroke-width: 1; vector-effect: non-scaling-stroke; } .dagnb .farther .edge:not(.near, .failure) { stroke: var(--line); }
.dagnb .farther .node .card { fill: var(--status); stroke: none; }

.dagnb .playground .side { contain: size; }
@container (max-width: 600px) { .dagnb .playground .side { contain: none; } }
.dagnb .editor { min-height: 220px; max-height: 480px; overflow: auto; background: var(--page); }
.dagnb .side .problem { display: block; width: 100%; margin: 0 0 8px; padding: 0; height: auto; border: 0; background: none; text-align: left; white-space: normal; color: var(--failure); }
.dagnb .side .problem.warning { color: var(--running); }
.dagnb .side .problem span { display: block; overflow-wrap: anywhere; } .dagnb .side .problem .path { font-weight: 600; }
.dagnb .picker { display: inline-flex; align-items: center; gap: 5px; color: var(--muted); } .dagnb .picker select { color: var(--ink); max-width: 12em; }

.dagnb .chart { display: block; width: 100%; }
.dagnb .chart text { font-size: 11px; fill: var(--muted); font-family: inherit; } .dagnb .chart .grid { stroke: var(--line); }
.dagnb .chart .curve { fill: none; stroke: var(--accent); stroke-width: 1.7; stroke-linejoin: round; } .dagnb .chart .dot { fill: var(--accent); }
.dagnb .chart .cursor { stroke: var(--grip); stroke-dasharray: 3 3; } .dagnb .chart .value { fill: var(--ink); font-weight: 600; }
.dagnb .plots { padding: 10px 14px; overflow: auto; } .dagnb .plots > div + div { margin-top: 14px; }
.dagnb .asset .side { flex-basis: clamp(280px, 40%, 560px); }
.dagnb .asset .body { max-height: 520px; } .dagnb .asset .body.stacked { flex-direction: column; max-height: none; }
.dagnb .asset .stacked .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(310px, 100%), 1fr)); gap: 12px 20px; flex: none; max-height: 420px; } .dagnb .asset .stacked .plots > div { margin: 0; min-width: 0; }
.dagnb .asset .stacked .plots > .empty, .dagnb .asset .stacked .plots > p { grid-column: 1 / -1; }
.dagnb .asset .stacked .side { flex: none; max-height: 260px; border-left: 0; border-top: 1px solid var(--line); }
.dagnb .chart-head { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.dagnb .asset .side td, .dagnb .asset .side th { max-width: 16em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.dagnb .asset .side :is(td, th):first-child { position: sticky; left: 0; background: var(--panel); }
`;

/** Put the style sheet into `root`'s document, once; a newer bundle's replaces it. */
export function addStyle(document: Document): void {
  const id = "dagnb-style";
  let style = document.getElementById(id);
  if (!style) {
    style = document.createElement("style");
    style.id = id;
    document.head.append(style);
  }
  if (style.textContent !== STYLE) style.textContent = STYLE;
}
