import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { recordingsOf } from './recordings.ts';
import type { CaseResult, Suite } from './suite.ts';

const USAGE = 'usage: npm run -s conformance -- SUITE FILE… [--case NAME] [-o json] [--side-by-side]';

/** Suites by name; each is loaded when asked for. */
const SUITES: Record<string, () => Promise<{ suite: Suite }>> = {
  events: () => import('./suites/events.ts'),
  prober: () => import('./suites/prober.ts'),
  'prober-1.36': () => import('./suites/prober-1.36.ts'),
  'osm-admission': () => import('./suites/osm-admission.ts'),
  'osm-inject': () => import('./suites/osm-inject.ts'),
  'osm-iptables': () => import('./suites/osm-iptables.ts'),
  'osm-healthcheck': () => import('./suites/osm-healthcheck.ts'),
  'osm-health': () => import('./suites/osm-health.ts'),
  'osm-envoy': () => import('./suites/osm-envoy.ts'),
  'calico-birdctl': () => import('./suites/calico-birdctl.ts'),
  'calico-health': () => import('./suites/calico-health.ts'),
  'calico-fullstack': () => import('./suites/calico-fullstack.ts'),
  'calico-aggregator': () => import('./suites/calico-aggregator.ts'),
  cluster: () => import('./suites/cluster.ts'),
  backoff: () => import('./suites/backoff.ts'),
  validation: () => import('./suites/validation.ts'),
  handlers: () => import('./suites/handlers.ts'),
  'nacos-api': () => import('./suites/nacos-api.ts'),
  'nacos-api-2.5': () => import('./suites/nacos-api-2.5.ts'),
  'nacos-timelines': () => import('./suites/nacos-timelines.ts'),
  'nacos-sdk': () => import('./suites/nacos-sdk.ts'),
};

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      case: { type: 'string' },
      output: { type: 'string', short: 'o' },
      'side-by-side': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

async function help(): Promise<string> {
  const suites = await Promise.all(Object.entries(SUITES).map(async ([name, load]) => [name, await load()] as const));
  return [USAGE, '', ...suites.map(([name, { suite }]) => `${name.padEnd(18)} ${suite.about}`)].join('\n');
}

function wrongUse(problem?: string): number {
  if (problem !== undefined) console.error(problem);
  console.error(`${USAGE}\nsuites: ${Object.keys(SUITES).join(', ')}`);
  return 64;
}

async function main(argv: string[]): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return wrongUse(error instanceof Error ? error.message : undefined);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    console.log(await help());
    return 0;
  }
  const [name, ...files] = positionals;
  const load = name === undefined ? undefined : SUITES[name];
  if (load === undefined || files.length === 0) return wrongUse();
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) return wrongUse(`there is no ${missing}`);
  const { suite } = await load();
  const counts = { passed: 0, failed: 0, environment: 0 };
  const options = {
    sideBySide: values['side-by-side'],
    ...(values.case === undefined ? {} : { caseName: values.case }),
  };
  const results: CaseResult[] = [];
  for await (const result of suite.run(recordingsOf(files), options)) {
    counts[result.status]++;
    results.push(result);
    if (values.output !== 'json' && result.difference !== undefined) {
      console.log(
        `${result.status === 'failed' ? 'FAIL' : result.status} ${result.name}\n${indent(result.difference)}`,
      );
    }
  }
  if (values.output === 'json') console.log(JSON.stringify({ suite: suite.name, ...counts, results }, null, 2));
  if (counts.passed + counts.failed === 0) {
    console.error('no case was played');
    return 1;
  }
  if (counts.environment > 0 && values.output !== 'json') {
    console.log(`${counts.environment} depend on the environment and are not counted`);
  }
  if (values.output !== 'json') console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 ? 0 : 1;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // A file of another form than the suite's, or none at all.
  console.error('the suite cannot play this; are the files recordings of its form?');
  console.error(error);
  process.exitCode = 1;
}
