import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCases } from '../../conformance/golden.ts';
import { knownFailures } from '../../conformance/known.ts';

/** One row of docs/FIDELITY.md. */
export interface FidelityRow {
  line: number;
  id: string;
  behaviour: string;
  status: string;
  where: string;
  shownBy: string;
}

const GOLDEN = 'test/golden';
/** The recordings behind each conformance suite, below test/golden; a folder stands for all its files. */
const RECORDINGS: Readonly<Record<string, readonly string[]>> = {
  prober: ['prober'],
  'prober-1.36': ['prober-1.36'],
  handlers: ['handlers.jsonl.gz'],
  events: ['events.jsonl', 'human-duration.jsonl'],
  validation: ['validation.jsonl', 'cluster/21-validation.jsonl'],
  backoff: ['backoff.jsonl'],
  'osm-inject': ['osm'],
  'osm-iptables': ['osm'],
  'osm-admission': ['osm/admission-http.jsonl'],
  'osm-healthcheck': ['osm/healthcheck.jsonl'],
  'osm-health': ['osm/control-plane-health.jsonl'],
  'osm-envoy': ['osm/envoy-observed.jsonl'],
  cluster: ['cluster'],
  'calico-health': ['calico/health.jsonl'],
  'calico-aggregator': ['calico/aggregator.jsonl'],
  'calico-birdctl': ['calico/birdctl.jsonl'],
  'calico-fullstack': ['calico/fullstack.jsonl', 'calico/fullstack-without-SVDIR.jsonl'],
  'nacos-api': ['nacos/api.jsonl'],
  'nacos-timelines': ['nacos/timelines.jsonl'],
  'nacos-sdk': ['nacos/sdk.jsonl'],
};

/** The rows of every table of the page whose first column is `#`. */
export function fidelityRows(text: string): FidelityRow[] {
  const rows: FidelityRow[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (!line.startsWith('| ') || line.startsWith('| # |')) continue;
    const cells = line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim());
    const [id = '', behaviour = '', status = '', where = '', shownBy = ''] = cells;
    if (cells.length !== 5) throw new Error(`line ${index + 1} has ${cells.length} cells, not 5`);
    rows.push({ line: index + 1, id, behaviour, status, where, shownBy });
  }
  return rows;
}

/** What is wrong with a row; empty if everything it names is there. */
export function problemsOf(row: FidelityRow): string[] {
  const problems: string[] = [];
  if (!/^(modelled|approximated|not)\b/.test(row.status)) problems.push(`status "${row.status}"`);
  for (const file of codes(row.where)) if (!existsSync(file)) problems.push(`there is no ${file}`);
  if (row.where === '') problems.push('says nowhere where');
  // A status that owns up to a story which differs must not outlive the difference.
  for (const story of codes(row.status.split(/; stor(?:y|ies) /)[1] ?? '')) {
    if (!knownFailures('cluster').has(story)) problems.push(`story ${story} does not differ any more`);
  }
  // A test's title may hold a semicolon.
  const evidence = row.shownBy.split(/;(?![^“]*”)/).map((part) => part.trim());
  if (evidence.length === 1 && evidence[0] === 'not tested') return problems;
  for (const part of evidence) problems.push(...evidenceProblems(part));
  return problems;
}

function evidenceProblems(part: string): string[] {
  const [name] = codes(part);
  if (name === undefined) return [`"${part}" names nothing`];
  if (name.endsWith('.test.ts')) return testProblems(name, /“(.*)”/.exec(part)?.[1]);
  if (/^(scenarios|docs\/probes)\//.test(name)) return existsSync(name) ? [] : [`there is no ${name}`];
  const slash = name.indexOf('/');
  const suite = slash < 0 ? name : name.slice(0, slash);
  if (RECORDINGS[suite] === undefined || !existsSync(`test/conformance/suites/${suite}.ts`))
    return [`there is no suite ${suite}`];
  if (slash < 0) return [];
  const item = name.slice(slash + 1);
  if (knownFailures(suite).has(item)) return [`${name} is a known failure: it shows nothing`];
  return casesOf(suite).has(item) ? [] : [`suite ${suite} has no case ${item}`];
}

function testProblems(file: string, title: string | undefined): string[] {
  if (!existsSync(file)) return [`there is no ${file}`];
  if (title === undefined) return [`${file} without the title of a test`];
  const source = readFileSync(file, 'utf8');
  const quoted = ["'", '"', '`'].some((quote) => {
    const written = quote === "'" ? title.replaceAll("'", "'") : title;
    return source.includes(`${quote}${written}${quote}`);
  });
  return quoted ? [] : [`${file} has no test “${title}”`];
}

function codes(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] as string);
}

const known = new Map<string, Set<string>>();

function casesOf(suite: string): Set<string> {
  const found = known.get(suite);
  if (found !== undefined) return found;
  const names = new Set<string>();
  for (const place of RECORDINGS[suite] ?? []) for (const name of casesIn(suite, join(GOLDEN, place))) names.add(name);
  known.set(suite, names);
  return names;
}

function casesIn(suite: string, place: string): string[] {
  if (!existsSync(place)) return [];
  if (suite === 'cluster')
    return readdirSync(place).filter(
      (name) => existsSync(join(place, name, 'story.json')) || existsSync(join(place, name, 'story.json.gz')),
    );
  const files = /\.jsonl(\.gz)?$/.test(place) ? [place] : readdirSync(place).map((name) => join(place, name));
  const own = files.filter((file) => !suite.startsWith('osm-i') || file.includes(suite.slice('osm-'.length)));
  return own.flatMap((file) => readCases<Record<string, unknown>>(file).map(nameOf));
}

function nameOf(recorded: Record<string, unknown>): string {
  const scenario = recorded.scenario as { name?: string } | undefined;
  return String(recorded.name ?? recorded.case ?? scenario?.name ?? JSON.stringify(recorded.in));
}
