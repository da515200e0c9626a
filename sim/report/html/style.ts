/** The style of the page: light and dark by the reader's own choice, plain on paper. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1d2430;--dim:#667085;--line:#d7dce3;--ok:#1a7f37;--bad:#c22;--warn:#9a6700;--name:#0a6c8f;--soft:#f4f6f8}
@media (prefers-color-scheme:dark){:root{--bg:#12161c;--fg:#e3e8ef;--dim:#98a2b3;--line:#323a46;--ok:#4ac26b;--bad:#ff7b72;--warn:#d4a72c;--name:#58c4e0;--soft:#1b212a}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1180px;padding:16px 20px 60px;background:var(--bg);color:var(--fg);font:14px/1.5 system-ui,sans-serif}
h1{font-size:18px;margin:8px 0}h2{font-size:15px;margin:22px 0 6px;border-bottom:1px solid var(--line)}
code,pre,td.text,td.subject{font-family:ui-monospace,monospace;font-size:12.5px}
pre{background:var(--soft);padding:8px;overflow-x:auto}
table{border-collapse:collapse;width:100%}td,th{padding:2px 8px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
td.text{overflow-wrap:anywhere}td.at{white-space:nowrap;color:var(--dim);text-align:right}td.at a{color:inherit}
tr.selected td,tr:target td{background:color-mix(in srgb,var(--name) 18%,transparent)}
.pass,.ok{color:var(--ok)}.fail,.broken,.failed{color:var(--bad)}.warning td.kind{color:var(--warn)}.restart td.kind,.failed td.kind{color:var(--bad)}
.note,.meta,kbd{color:var(--dim)}input{font:inherit;padding:3px 8px;min-width:260px}button{font:inherit}
svg.timeline{width:100%;height:auto;background:var(--soft)}
svg text{font:11px system-ui,sans-serif;fill:var(--fg)}svg .tick{fill:var(--dim)}svg .lane{font:11px ui-monospace,monospace}svg .bar{fill:#fff}
svg .grid{stroke:var(--line)}svg .cursor{stroke:var(--name);stroke-width:1.5}
rect.running,rect.ok,rect.ready,rect.serving{fill:#2f7d4f}rect.starting,rect.waiting{fill:#8a7a3a}rect.stopping{fill:#8a5a3a}rect.exited{fill:#6b7280}
path{fill:none;stroke-width:1.6}path.success{stroke:var(--ok)}path.failure,path.error{stroke:var(--bad)}path.warning{stroke:var(--warn)}
@media print{input,button,.keys{display:none}body{max-width:none;padding:0}details:not([open])>*{display:block}tr{break-inside:avoid}}
`;
