import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveRunWriter } from '../../cli/live-run.ts';
import { ANSI, probelab, temporaryFolder } from './probelab.ts';

const folder = temporaryFolder();
const runs = join(folder.path, 'out');
const bin = join(folder.path, 'bin');
const control = 'scenarios/osm/control-plane/starts-up.yaml';
// biome-ignore lint/suspicious/noExplicitAny: objects are broken in ways that their types forbid.
let objects: any[] = [];

beforeAll(async () => {
  const run = await probelab(['run', control, '-o', 'json', '--output-dir', runs]);
  expect(run.code).toBe(0);
  objects = JSON.parse(run.stdout).objects;
  mkdirSync(bin);
}, 60_000);
afterAll(() => folder.remove());

const doctor = (args: readonly string[], options: Parameters<typeof probelab>[1] = {}) =>
  probelab(['doctor', 'osm', ...args], options);
const json = (stdout: string) => JSON.parse(stdout);

/** A dump of the run, with a change. */
// biome-ignore lint/suspicious/noExplicitAny: see above.
function dump(change: (items: any[]) => any[] | undefined): string {
  const copy = JSON.parse(JSON.stringify(objects));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: change(copy) ?? copy });
}
// biome-ignore lint/suspicious/noExplicitAny: see above.
const named = (items: any[], kind: string, name: string) =>
  items.find((item) => item.kind === kind && item.metadata.name.startsWith(name));
const without = (kind: string, name: string) => (items: unknown[]) =>
  items.filter((item) => item !== named(items, kind, name));

describe('a run', () => {
  it('without faults: exit 0, each part in the layout of osm verify', async () => {
    const result = await doctor(['--output-dir', runs]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).not.toMatch(ANSI);
    expect(result.stdout).toContain(
      '---------------------------------------------\n[+] Context: Verify the control plane of mesh "osm" in namespace "osm-system" (v1.1.4, upstream)\nStatus: Success\n\n',
    );
    expect(result.stdout).toMatch(/\nSuccess: \d+ checks of run starts-up, 0 failed, 0 warnings, 0 unknown\n$/);
  });

  it('-v shows what succeeded, too', async () => {
    const result = await doctor(['--output-dir', runs, '--run', 'starts-up', '-v']);
    expect(result.stdout).toContain(
      '[+] Context: Verify service osm-system/osm-controller has ports 15128, 9092\nStatus: Success',
    );
    expect(result.stdout).toContain('[+] Context: Verify spec.traffic.enableEgress\nStatus: Success\nReason: false');
  });

  it('one that goes on: what it holds by now', async () => {
    const output = join(folder.path, 'live-out');
    const writer = new LiveRunWriter(output, 'going-on');
    for (const object of objects.filter(({ kind }) => kind !== 'Secret')) {
      writer.onFact({ kind: 'object', op: 'ADDED', at: 0, seq: 0, object } as never, { epochMs: 0 });
    }
    const result = await doctor(['--output-dir', output]);
    writer.end();
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/checks of run going-on, which goes on, 0 failed/);
    expect(result.stdout).toContain('Its log is not among what was given');
  });

  it('a run that is not there', async () => {
    const result = await doctor(['--output-dir', runs, '--run', 'nope']);
    expect(result).toMatchObject({ code: 64, stdout: '' });
    expect(result.stderr).toContain('error[NO_RUN]');
  });
});

describe('dumps', () => {
  it.each([
    [
      'a deleted webhook',
      without('MutatingWebhookConfiguration', 'osm-webhook-osm'),
      'MutatingWebhookConfiguration "osm-webhook-osm" not found',
    ],
    [
      'a missing CRD',
      without('CustomResourceDefinition', 'traffictargets'),
      'CRD "traffictargets.access.smi-spec.io" not found',
    ],
    ['a missing Deployment', without('Deployment', 'osm-injector'), 'Deployment "osm-injector" not found'],
    ['a missing Service', without('Service', 'osm-validator'), 'Service "osm-validator" not found'],
    ['a missing MeshConfig', without('MeshConfig', 'osm-mesh-config'), 'MeshConfig "osm-mesh-config" not found'],
  ])('%s: exit 1', async (_, change, text) => {
    const result = await doctor(['-f', '-'], { stdin: dump(change as never) });
    expect(result).toMatchObject({ code: 1, stderr: '' });
    expect(result.stdout).toContain(`Status: Failure\nReason: ${text}`);
    expect(result.stdout).toContain('\nSuggestion: ');
  });

  it('as probelab get writes them, YAML and several documents', async () => {
    const first = await probelab(['get', 'deployments,pods,services', '-o', 'yaml', '--output-dir', runs]);
    const crds = await probelab(['get', 'customresourcedefinition', '-o', 'yaml', '--output-dir', runs]);
    const file = join(folder.path, 'dump.yaml');
    writeFileSync(file, `${first.stdout}---\n${crds.stdout}`);
    const result = await doctor(['-f', file, '-o', 'json']);
    expect(json(result.stdout).counts.Failure).toBe(0);
    expect(result.code).toBe(0);
  });

  it('--fail-on warning counts what differs from a default', async () => {
    const stdin = dump((items) => {
      named(items, 'MeshConfig', 'osm').spec.traffic.enableEgress = true;
      return undefined;
    });
    const first = await doctor(['-f', '-'], { stdin });
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('Status: Warning\nReason: spec.traffic.enableEgress is true, by default false');
    expect((await doctor(['-f', '-', '--fail-on', 'warning'], { stdin })).code).toBe(1);
  });

  it('-o json and junit, also on failure', async () => {
    const junit = join(folder.path, 'junit.xml');
    const stdin = dump(without('CustomResourceDefinition', 'egresses') as never);
    const result = await doctor(['-f', '-', '-o', 'json', '-o', `junit=${junit}`], { stdin });
    expect(result.code).toBe(1);
    expect(json(result.stdout)).toMatchObject({
      apiVersion: 'probelab.dev/v1alpha1',
      kind: 'Diagnosis',
      metadata: { name: 'osm' },
      source: '-',
      status: 'Failure',
      counts: { Failure: 1 },
    });
    const xml = readFileSync(junit, 'utf8');
    expect(xml).toContain('<failure message="CRD &quot;egresses.policy.openservicemesh.io&quot; not found');
    expect(xml.match(/<failure/g)).toHaveLength(1);
  });

  it.each([
    ['no YAML', 'a: [\n', 'error[YAML_SYNTAX]', ':'],
    ['no object', 'hello: world\n', 'error[MANIFEST_NO_KIND]: This is no Kubernetes object (-:1:1)', ''],
    ['no name', 'kind: Pod\napiVersion: v1\nmetadata: {}\n', 'error[MANIFEST_NO_KIND]: metadata.name is missing', ''],
    [
      'a wrong type',
      'kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec:\n  containers: 7\n',
      'error[MANIFEST_INVALID_TYPE]',
      '(-:5:15)',
    ],
    ['nothing', '', 'error[MANIFEST_EMPTY]', ''],
    ['a list of something else', '["a", 7]', 'error[MANIFEST_NO_KIND]', ''],
  ])('%s: an error with code, place and hint, exit 65', async (_, stdin, text, place) => {
    const result = await doctor(['-f', '-'], { stdin });
    expect(result).toMatchObject({ code: 65, stdout: '' });
    expect(result.stderr).toContain(text);
    expect(result.stderr).toContain(place);
  });

  it('a scenario is not run', async () => {
    const result = await doctor(['-f', control]);
    expect(result.code).toBe(64);
    expect(result.stderr).toContain('probelab run FILE');
  });

  it('two sources at once, a file that is not there, an unknown system', async () => {
    expect((await doctor(['-f', control, '--run', 'x'])).code).toBe(64);
    expect((await doctor(['-f', 'nope.yaml'])).code).toBe(65);
    const other = await probelab(['doctor', 'nothing']);
    expect(other.code).toBe(64);
    expect(other.stderr).toContain('There are: osm');
  });
});

describe('a live cluster', () => {
  const env = (more: NodeJS.ProcessEnv = {}) => ({ PATH: `${bin}:${process.env.PATH}`, ...more });
  const calls = join(folder.path, 'calls');

  /** A kubectl that answers from the run's objects; `special` comes first. */
  function fakeKubectl(special: string): void {
    const items = join(folder.path, 'items.json');
    writeFileSync(items, JSON.stringify(objects));
    writeFileSync(calls, '');
    writeFileSync(
      join(bin, 'kubectl'),
      `#!${process.execPath}
const fs = require('node:fs');
const args = process.argv.slice(2);
fs.appendFileSync(${JSON.stringify(calls)}, JSON.stringify(args) + '\\n');
const fail = (text) => { process.stderr.write(text + '\\n'); process.exit(1); };
const plural = (kind) => (kind.toLowerCase() + 's').replace(/ss$/, 'ses').replace(/ys$/, 'ies');
${special}
if (args[0] !== 'get') fail('only get');
if (args[1] === '--raw') { process.stdout.write(args[2] === '/version' ? '{}' : '{"level":"info"}\\n'); process.exit(0); }
const all = JSON.parse(fs.readFileSync(${JSON.stringify(items)}, 'utf8'));
if (args.includes('jsonpath={.data.ca\\\\.crt}')) {
  process.stdout.write(all.find((o) => o.kind === 'Secret' && o.metadata.name === args[2]).data['ca.crt']);
  process.exit(0);
}
const wanted = args[1].split('.')[0];
process.stdout.write(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: all.filter((o) => plural(o.kind) === wanted && o.kind !== 'Secret') }));
`,
    );
    chmodSync(join(bin, 'kubectl'), 0o755);
  }

  it('is read with get alone, each call with a limit', async () => {
    fakeKubectl('');
    const args = ['--context', 'prod', '--kubeconfig', '/k', '--request-timeout', '7s'];
    const result = await doctor(args, { env: env() });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(
      /\nSuccess: \d+ checks of the cluster of context prod, 0 failed, 0 warnings, 0 unknown\n$/,
    );
    const made = readFileSync(calls, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string[]);
    expect(made.length).toBeGreaterThan(15);
    for (const call of made) {
      expect(call[0]).toBe('get');
      expect(call).toEqual(expect.arrayContaining(['--request-timeout=7s', '--context', 'prod', '--kubeconfig', '/k']));
    }
    // Of the Secret with the private key only the certificate is asked for.
    const secrets = made.filter((call) => call[1]?.startsWith('secret'));
    expect(secrets.map((call) => call.find((arg) => arg.startsWith('jsonpath') || arg.startsWith('app.')))).toEqual([
      'app.kubernetes.io/name=openservicemesh.io',
      'jsonpath={.data.ca\\.crt}',
    ]);
  });

  it('what may not be read is unknown', async () => {
    fakeKubectl(
      `if (args[1].startsWith('deployments')) fail('Error from server (Forbidden): deployments.apps is forbidden');`,
    );
    const result = await doctor(['--cluster', '-o', 'json'], { env: env() });
    expect(json(result.stdout).counts).toMatchObject({ Failure: 0 });
    expect(result.stdout).toContain('Deployment objects could not be read: Error from server (Forbidden)');
    expect(result.code).toBe(0);
  });

  it('a kind that the cluster does not have: its objects are not there', async () => {
    fakeKubectl(
      `if (args[1].startsWith('meshconfigs')) fail('error: the server doesn\\'t have a resource type "meshconfigs"');`,
    );
    const result = await doctor(['--cluster'], { env: env() });
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('MeshConfig "osm-mesh-config" not found');
  });

  it.each([
    'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
    'error: context "prod" does not exist',
    'Unable to connect to the server: dial tcp: lookup x: no such host',
  ])('no cluster answers: exit 69 (%s)', async (message) => {
    fakeKubectl(`fail(${JSON.stringify(message)});`);
    const result = await doctor(['--context', 'prod'], { env: env() });
    expect(result).toMatchObject({ code: 69, stdout: '' });
    expect(result.stderr).toContain('error[CLUSTER_UNREACHABLE]: no cluster answers (context "prod")');
    expect(result.stderr).toContain(message);
  });

  it('one that hangs is given up', async () => {
    fakeKubectl(
      'setTimeout(() => {}, 60000); return;'.replace(
        'return;',
        'while (true) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);',
      ),
    );
    const result = await doctor(['--cluster', '--request-timeout', '1s'], { env: env() });
    expect(result.code).toBe(69);
    expect(result.stderr).toContain('timed out after 1s');
  });

  it('no kubectl: exit 69', async () => {
    const result = await doctor(['--cluster'], { env: { PATH: '/nonexistent' } });
    expect(result).toMatchObject({ code: 69, stdout: '' });
    expect(result.stderr).toContain('error[KUBECTL_MISSING]');
  });

  it('without a run and without flags it is the cluster', async () => {
    const result = await doctor(['--output-dir', join(folder.path, 'none')], { env: { PATH: '/nonexistent' } });
    expect(result.code).toBe(69);
  });
});
