import { describe, expect, it } from 'vitest';
import type { Lane } from '../lanes.ts';
import type { Report } from '../report.ts';
import { escapeHtml } from './escape.ts';
import { htmlPage, MAX_PAGE_BYTES } from './page.ts';
import { SCRIPT } from './script.ts';
import { timelineSvg } from './timeline-svg.ts';

const START = Date.UTC(2026, 0, 1);
const event = (at: number, message: string, more: object = {}) => ({
  kind: 'Event',
  metadata: { name: `e${at}`, namespace: 'shop', creationTimestamp: new Date(START + at).toISOString() },
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web' },
  type: 'Warning',
  reason: 'Unhealthy',
  message,
  source: { component: 'kubelet' },
  firstTimestamp: new Date(START + at).toISOString(),
  lastTimestamp: new Date(START + at + 6000).toISOString(),
  eventTime: null,
  count: 3,
  ...more,
});
const lane = (marks: Lane['marks']): Lane => ({
  kind: 'probe',
  namespace: 'shop',
  pod: 'web',
  name: 'app/liveness',
  spans: [],
  marks,
});
const report = (more: object = {}): Report =>
  ({
    metadata: { name: 'demo' },
    tool: { name: 'probelab', version: '0' },
    profiles: { kubelet: '1.34' },
    file: 'a.yaml',
    runtime: 'virtual',
    seed: 1,
    startTime: new Date(START).toISOString(),
    duration: '1m0s',
    endMs: 60_000,
    verdict: { result: 'fail', text: 'FAIL demo: <b>no</b>' },
    expectations: [{ ok: false, text: 'by 5s: ready', actual: 'it was not', at: 5000 }],
    notices: [],
    restarts: [],
    endpointChanges: [],
    steps: [{ at: 1000, text: 'app stops' }],
    lanes: [lane([{ at: 1500, state: 'failure', text: '→ restart' }])],
    logs: [
      {
        namespace: 'shop',
        pod: 'web',
        container: 'app',
        attempt: 0,
        lines: [{ at: 1, stream: 'stdout', line: '<script>alert(1)</script>' }],
        dropped: 0,
      },
    ],
    events: [event(12_500, 'statuscode: 503')],
    objects: [],
    ...more,
  }) as unknown as Report;
const page = (...reports: Report[]) => htmlPage(reports, { markdown: ({ verdict }) => `## ${verdict.text}` });

describe('the page', () => {
  it('shows verdict, expectation, story in order of time, and how often an event came', () => {
    const text = page(report());
    const order = [
      'FAIL demo',
      '<svg',
      'by 5s: ready',
      '+1s</a>',
      '+5s</a>',
      '+12.5s</a>',
      'statuscode: 503 (x3 over 6s)',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
  });

  it('needs nothing from outside, and nothing of a run becomes markup', () => {
    const text = page(report());
    expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(text).toContain("default-src 'none'");
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text.match(/<script>/g)).toHaveLength(1);
    expect(text).toContain('FAIL demo: &lt;b&gt;no&lt;/b&gt;');
    expect(escapeHtml(`\u0000\u001b[31m"'&<>`)).toBe('[31m&quot;&#39;&amp;&lt;&gt;');
  });

  it('its script is one that a browser can read', () => {
    expect(() => new Function(SCRIPT)).not.toThrow();
  });

  it('has an address for each moment, and the Markdown to copy', () => {
    const text = page(report());
    const ids = [...text.matchAll(/<tr id="(\w+)"/g)].map(([, id]) => id);
    expect(ids).toEqual(['r0m0', 'r0m1', 'r0m2']);
    for (const id of ids) expect(text).toContain(`href="#${id}"`);
    expect(text).toContain('<template id="md0">## FAIL demo: &lt;b&gt;no&lt;/b&gt;</template>');
  });

  it('leaves out first what went well', () => {
    const good = { verdict: { result: 'pass', text: 'PASS other: fine' } };
    const events = Array.from({ length: 700 }, (_, i) => event(i, 'x'.repeat(100)));
    const text = page(...Array.from({ length: 9 }, () => report({ events, ...good })), report({ events }));
    expect(new TextEncoder().encode(text).length).toBeLessThan(MAX_PAGE_BYTES);
    expect(text.match(/<tr id="r9m\d+"/g)).toHaveLength(702);
    expect(text).toContain('10 scenarios: 9 passed, 1 failed');
  });

  it('an event stands at its exact time if its name says it', () => {
    const name = `web.${((BigInt(START) + 12_345n) * 1_000_000n).toString(16)}`;
    const metadata = { name, namespace: 'shop', creationTimestamp: new Date(START + 12_000).toISOString() };
    expect(page(report({ events: [event(12_000, 'late', { metadata })] }))).toContain('+12.345s</a>');
  });

  it('stays below its limit, whatever the run, and says what it leaves out', () => {
    const events = Array.from({ length: 5000 }, (_, i) => event(i, 'x'.repeat(200)));
    const marks = Array.from({ length: 20_000 }, (_, i) => ({ at: i * 3, state: 'success' as const }));
    const lines = Array.from({ length: 1000 }, (_, i) => ({ at: i, stream: 'stdout', line: 'y'.repeat(500) }));
    const logs = Array.from({ length: 20 }, (_, i) => ({
      namespace: 'n',
      pod: `p${i}`,
      container: 'c',
      attempt: 0,
      lines,
      dropped: 0,
    }));
    const text = page(report({ events, logs, lanes: [lane(marks.slice(0, 2000))] }));
    expect(new TextEncoder().encode(text).length).toBeLessThan(MAX_PAGE_BYTES);
    expect(text).toMatch(/\d+ more: probelab events/);
    const many = page(...Array.from({ length: 60 }, () => report({ events: events.slice(0, 100) })));
    expect(new TextEncoder().encode(many).length).toBeLessThan(MAX_PAGE_BYTES);
    expect(many.match(/<section>/g)).toHaveLength(60);
  });
});

describe('the picture', () => {
  it('gives each mark its text, until there are too many', () => {
    const marks = [1000, 2000, 3000].map((at) => ({ at, state: 'success' as const }));
    const svg = timelineSvg([lane(marks)], 60_000, { lanes: 9, marks: 2 });
    expect(svg.match(/l2 3 4-7/g)).toHaveLength(3);
    expect(svg.match(/app\/liveness \+\d+s: success<\/title>/g)).toHaveLength(2);
  });

  it('names the pods if there are several', () => {
    const other = { ...lane([]), pod: 'api' };
    expect(timelineSvg([lane([]), other], 60_000, { lanes: 9, marks: 2 })).toMatch(/pod\/web.*pod\/api/s);
    expect(timelineSvg([lane([])], 60_000, { lanes: 9, marks: 2 })).not.toContain('pod/web');
  });

  it('leaves lanes out and says so; a run of no length has a picture, too', () => {
    expect(timelineSvg([lane([]), lane([])], 0, { lanes: 1, marks: 0 })).toContain('1 more lanes');
    expect(timelineSvg([], 0, { lanes: 1, marks: 0 })).not.toContain('NaN');
  });
});
