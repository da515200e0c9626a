import { describe, expect, it } from 'vitest';
import { probelab } from './probelab.ts';

const pod = (probe: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: app\n    image: x\n    ${probe}\n`;
const SLOW = pod('livenessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 5}');
const NODE = pod('readinessProbe: {httpGet: {path: /, port: 80, host: 127.0.0.1}}');

describe('check', () => {
  it('a warning: exit 0, and 1 if asked', async () => {
    const result = await probelab(['check', '-'], { stdin: SLOW });
    expect(result.code).toBe(0);
    expect(result.stdout).toBe(
      'warning[liveness-without-startup]: pod/p container "app": an app that takes longer than 10s to come up is killed, at the latest after 16s, and there is no startupProbe (-:8:5)\n',
    );
    expect(result.stderr).toBe('1 object: 0 errors, 1 warning. Why, and what to do: probelab check --explain RULE\n');
    expect((await probelab(['check', '-', '--fail-on', 'warning'], { stdin: SLOW })).code).toBe(1);
    expect((await probelab(['check', '-', '--ignore', 'liveness-without-startup'], { stdin: SLOW })).stdout).toBe('');
  });

  it('an error: exit 1; --startup makes one of a slow start', async () => {
    const node = await probelab(['check', '-', '-o', 'json'], { stdin: NODE });
    expect(node.code).toBe(1);
    expect(JSON.parse(node.stdout)).toMatchObject({ kind: 'Findings', findings: [{ rule: 'probe-of-the-node' }] });
    const slow = await probelab(['check', '-', '--startup', '30s', '-o', 'github'], { stdin: SLOW });
    expect(slow.code).toBe(1);
    expect(slow.stdout).toMatch(
      /^::error file=-,line=8,col=5,title=start-up-killed::livenessProbe gives up 10s to 16s/,
    );
  });

  it('folders, with manifests; each place once', async () => {
    const result = await probelab(['check', 'scenarios/osm', '-o', 'json']);
    const places = JSON.parse(result.stdout).findings.map((one: object) => JSON.stringify(one));
    expect(places.length).toBeGreaterThan(5);
    expect(new Set(places).size).toBe(places.length);
  });

  it('--explain, wrong names and bad files', async () => {
    expect((await probelab(['check', '--explain', 'hook-over-grace'])).stdout).toContain(
      'Fix:     Raise terminationGrace',
    );
    expect((await probelab(['check', '--explain', 'x'])).code).toBe(64);
    expect((await probelab(['check', '-', '--ignore', 'x'], { stdin: SLOW })).code).toBe(64);
    expect((await probelab(['check'])).code).toBe(64);
    expect((await probelab(['check', '-'], { stdin: 'a: [' })).code).toBe(65);
  });
});

describe('explain FIELD', () => {
  it.each([
    ['pods.spec.containers.readinessProbe', 'Fields of readinessProbe:', 'periodSeconds'],
    [
      'deployment.spec.template.spec.containers.livenessProbe.httpGet',
      'Fields of livenessProbe.httpGet:',
      'httpGet.path',
    ],
    ['livenessProbe.exec', 'Fields of livenessProbe.exec:', 'exec.command'],
    ['startupProbe.httpGet.httpHeaders.name', 'FIELD:    startupProbe.httpGet.httpHeaders', 'User-Agent'],
    ['spec.containers.livenessProbe.tcpSocket.port', 'FIELD:    livenessProbe.tcpSocket.port', 'MINIMUM:  1'],
  ])('%s', async (field, head, word) => {
    const { code, stdout } = await probelab(['explain', field]);
    expect([code, stdout.startsWith(head)]).toEqual([0, true]);
    expect(stdout).toContain(word);
  });

  it('says what can be asked', async () => {
    const { code, stderr } = await probelab(['explain', 'livenessProbe.nothing']);
    expect(code).toBe(64);
    expect(stderr).toContain('Known are: initialDelaySeconds');
  });
});

describe('explain FILE', () => {
  it('the probes of a file, with defaults and what they come to', async () => {
    const { code, stdout } = await probelab(['explain', '-'], { stdin: SLOW });
    expect(code).toBe(0);
    expect(stdout).toContain('pod/p container "app"\n  livenessProbe: httpGet HTTP :80/ (-:8:5)\n');
    const json = JSON.parse((await probelab(['explain', '-', '-o', 'json'], { stdin: SLOW })).stdout);
    expect(json).toMatchObject({
      kind: 'EffectiveProbes',
      probes: [{ times: { detection: { least: 10, most: 16 } } }],
    });
    expect((await probelab(['explain', 'nothing.yaml'])).code).toBe(65);
  });
});
