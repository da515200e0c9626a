/** The style of the page: light and dark by the reader's own choice, for telephones, too; plain on paper. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1d2430;--dim:#5b6474;--line:#d7dce3;--ok:#17703a;--bad:#b91c1c;--warn:#835700;--name:#0a6c8f;--soft:#f4f6f8}
@media (prefers-color-scheme:dark){:root{--bg:#12161c;--fg:#e3e8ef;--dim:#a3adbb;--line:#323a46;--ok:#4ac26b;--bad:#ff8f87;--warn:#d4a72c;--name:#58c4e0;--soft:#1b212a}}
*{box-sizing:border-box}[hidden]{display:none!important}
body{margin:0 auto;max-width:1180px;padding:16px 20px 60px;background:var(--bg);color:var(--fg);font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:18px;margin:8px 0}h2{font-size:15px;margin:22px 0 6px;border-bottom:1px solid var(--line)}
section{margin:0 0 6px}section>details>summary{padding:3px 0;cursor:pointer}section>details[open]{border-bottom:2px solid var(--line);padding-bottom:18px;margin-bottom:12px}section>details[open]>summary{font-weight:600;font-size:16px}
code,pre,td.text,td.subject{font-family:ui-monospace,monospace;font-size:12.5px}
pre{background:var(--soft);padding:8px;overflow-x:auto}
table{border-collapse:collapse;width:100%}td,th{padding:2px 8px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th,td.place,td.subject,td.kind{white-space:nowrap}td.at{white-space:nowrap;color:var(--dim);text-align:right}td.at a{color:inherit}
tr[data-at],svg.timeline{cursor:pointer}tr.selected td,tr:target td{background:color-mix(in srgb,var(--name) 14%,var(--bg))}
.pass,.ok,.met{color:var(--ok)}.fail,.broken,td.failed,span.failed{color:var(--bad)}.warning td.kind,.notice{color:var(--warn)}.restart td.kind,tr.failed td.kind{color:var(--bad)}
span.failed{white-space:pre-line}
.note,.meta,.keys{color:var(--dim)}kbd{font-family:ui-monospace,monospace;border:1px solid var(--line);border-radius:3px;padding:0 4px}
input,button{font:inherit;color:var(--fg);background:var(--soft);border:1px solid var(--dim);border-radius:4px;padding:3px 8px}button{cursor:pointer}
input{width:260px;max-width:100%}input::placeholder{color:var(--dim);opacity:1}
:focus-visible{outline:2px solid var(--name);outline-offset:2px}
.lanes{overflow-x:auto;background:var(--soft)}.lanes.pinned{position:sticky;top:0;z-index:1;box-shadow:0 1px 0 var(--line)}
svg.timeline{display:block;width:100%;min-width:760px;height:auto}
svg text{font:11px system-ui,sans-serif;fill:var(--fg)}svg .tick{fill:var(--dim)}svg .lane{font:11px ui-monospace,monospace}svg .pod{font-weight:600}svg .bar{fill:#fff}
svg .grid{stroke:var(--line)}svg .cursor{stroke:var(--name);stroke-width:1.5}
rect.running,rect.ok,rect.ready,rect.serving{fill:#2f7d4f}rect.starting,rect.waiting{fill:#75662e}rect.stopping{fill:#8a5a3a}rect.exited{fill:#626a78}
path{fill:none;stroke-width:1.6}path.success{stroke:var(--ok)}path.failure,path.error{stroke:var(--bad)}path.warning{stroke:var(--warn)}
@media (max-width:640px){body{padding:12px 12px 40px}thead{display:none}tr:not([hidden]){display:flex;flex-wrap:wrap;border-bottom:1px solid var(--line);padding:3px 0}td{border:0;padding:0 8px 0 0;white-space:normal}td.text{flex-basis:100%}td.place{order:9}}
@media (max-height:560px){.lanes.pinned{position:static}}
@media print{input,button,.keys{display:none}body{max-width:none;padding:0}.lanes.pinned{position:static}svg.timeline{min-width:0}details:not([open])>*{display:block}tr{break-inside:avoid}}
`;
