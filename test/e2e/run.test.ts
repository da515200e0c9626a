import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSI, type ProbelabOptions, probelab, temporaryFolder } from './probelab.ts';
import { FAILING, LIVENESS, MISSPELT, POD, writeFiles } from './scenario-files.ts';

const folder = temporaryFolder();
const run = (args: readonly string[], options: ProbelabOptions = {}) =>
  probelab(args, { cwd: folder.path, ...options });

beforeAll(() => {
  writeFiles(folder.path, {
    'pod.yaml': POD,
    'liveness.yaml': LIVENESS,
    'failing.yaml': FAILING,
    'misspelt.yaml': MISSPELT,
    'good/liveness.yaml': LIVENESS,
    'good/pod.yaml': POD,
    'mixed/failing.yaml': FAILING,
    'mixed/liveness.yaml': LIVENESS,
    'mixed/pod.yaml': POD,
    'empty/pod.yaml': POD,
    'nothing.yaml': '',
    'text.yaml': 'just words\n',
    'broken.yaml': 'spec: [1, 2\n',
    'two-handlers.yaml': POD.replace('livenessProbe: {', 'livenessProbe: {tcpSocket: {port: 8080}, '),
  });
});
afterAll(() => folder.remove());

describe('a run that meets its expectations', () => {
  it('--teach says on stderr, after what happened, why; stdout stays the same', async () => {
    const args = ['run', 'liveness.yaml', '--no-save'];
    const [plain, taught] = [await run(args), await run([...args, '--teach'])];
    expect(taught.stdout).toBe(plain.stdout);
    expect(plain.stderr).not.toContain(' why ');
    const lines = taught.stderr.split('\n');
    const kill = lines.findIndex((line) => line.includes('SIGTERM (liveness)'));
    expect(lines[kill + 1]).toMatch(
      /^\+30\.\d+s {5,}why {2}Failure 3 of 3 in a row: .* after 5s \(terminationGracePeriodSeconds\)/,
    );
    expect(lines.filter((line) => !/ why {2}/.test(line)).join('\n')).toBe(plain.stderr);
    expect((await run([...args, '--teach', '-q'])).stderr).toBe('');
  });

  it('prints verdict, timeline, kubectl texts and endpoint changes', async () => {
    const { code, stdout } = await run(['run', 'liveness.yaml']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^✓ PASS liveness: all 2 expectations met; container "web" restarted at \+\S+: liveness/);
    expect(lines.at(-1)).toBe(lines[0]);
    expect(stdout).toMatch(/^ web\/liveness .*✗ ?→/m);
    expect(stdout).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE\nweb +1\/1 +Running +1 \(\d+s ago\) +60s$/m);
    expect(stdout).toContain('http-get http://:8080/livez delay=0s timeout=1s period=5s #success=1 #failure=3');
    expect(stdout).toMatch(
      /Warning +Unhealthy +\d+s \(x3 over 40s\) +kubelet +Liveness probe failed: HTTP probe failed/,
    );
    expect(stdout).toMatch(/^TIME +SERVICE +ADDRESS +POD/m);
    expect(stdout).toContain('virtual time');
    expect(stdout).toContain('--runtime docker');
  });

  it('tells the story on stderr and keeps stdout for the result', async () => {
    const { stdout, stderr } = await run(['run', 'liveness.yaml', '-o', 'json']);
    expect(stderr).toMatch(/^\+20s .*503/m);
    expect(stderr).toContain('Unhealthy (x3)');
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      apiVersion: 'probelab.dev/v1alpha1',
      kind: 'Report',
      seed: 1,
      runtime: 'virtual',
      verdict: { result: 'pass' },
      profiles: { kubelet: '1.34' },
    });
    expect(report.expectations).toHaveLength(2);
    expect(report.restarts).toHaveLength(1);
  });

  it('gives the same bytes for the same file and seed', async () => {
    const [first, second, other] = await Promise.all([
      run(['run', 'liveness.yaml', '-o', 'json', '--no-save']),
      run(['run', 'liveness.yaml', '-o', 'json', '--no-save']),
      run(['run', 'liveness.yaml', '-o', 'json', '--no-save', '--seed', '2']),
    ]);
    expect(first?.stdout).toBe(second?.stdout);
    expect(first?.stderr).toBe(second?.stderr);
    expect(JSON.parse(other?.stdout ?? '').seed).toBe(2);
  });

  it('writes JUnit beside the table', async () => {
    const { code, stdout } = await run(['run', 'failing.yaml', '-o', 'junit=junit.xml']);
    expect(code).toBe(1);
    expect(stdout).toContain('FAIL failing');
    const xml = readFileSync(join(folder.path, 'junit.xml'), 'utf8');
    expect(xml).toMatch(/<testsuite [^>]*name="failing"[^>]*tests="2"[^>]*failures="1"/);
  });

  it('prints nothing but the verdict with --quiet', async () => {
    const { stdout, stderr } = await run(['run', 'liveness.yaml', '--quiet']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toBe('');
  });

  it('reads a manifest from stdin', async () => {
    const { code, stdout } = await run(['run', '-f', '-'], { stdin: POD });
    expect(code).toBe(0);
    expect(stdout).toContain('DONE');
  });
});

describe('a run that fails', () => {
  it('points at the expectation, says what was so, what led to it and how to see it again', async () => {
    const { code, stdout } = await run(['run', 'failing.yaml']);
    expect(code).toBe(1);
    const at = FAILING.split('\n').findIndex((line) => line.includes('by: 45s')) + 1;
    expect(stdout).toMatch(new RegExp(`^✗ failing.yaml:${at}:\\d+ expected `, 'm'));
    expect(stdout).toMatch(new RegExp(`^ +${at} \\| {5}- by: 45s\\n +\\| +\\^$`, 'm'));
    expect(stdout).toMatch(/^ {2}instead: .*1/m);
    expect(stdout).toMatch(/events before:\n( {4}\+\S+ \w+ .*\n){1,5}/);
    expect(stdout).toContain('replay: probelab run failing.yaml --seed 1');
  });

  it('gives JSON that parses', async () => {
    const { code, stdout } = await run(['run', 'failing.yaml', '-o', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).verdict.result).toBe('fail');
  });

  it('sums several files up', async () => {
    const { code, stdout } = await run(['run', 'mixed']);
    expect(code).toBe(1);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('2 scenarios: 1 passed, 1 failed');
    expect((await run(['run', 'good'])).code).toBe(0);
  });
});

describe('bad input', () => {
  it('points at a misspelt key and suggests the right one', async () => {
    const { code, stdout, stderr } = await run(['run', 'misspelt.yaml']);
    expect({ code, stdout }).toEqual({ code: 65, stdout: '' });
    const line = MISSPELT.split('\n').findIndex((text) => text.includes('duratoin')) + 1;
    expect(stderr).toMatch(new RegExp(`^error\\[[A-Z_]+\\]: .*duratoin.*misspelt.yaml:${line}:3`, 'm'));
    expect(stderr).toContain('duration');
    expect(stderr).toMatch(/\| {3}duratoin: 60s\n +\| {3}\^/);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it.each([
    ['nothing.yaml', /empty|no (document|scenario|manifest|object)/i],
    ['text.yaml', /error\[[A-Z_]+\]/],
    ['broken.yaml', /broken.yaml:\d+:\d+/],
    ['two-handlers.yaml', /may not specify more than 1 handler type/],
    ['missing.yaml', /there is no file "missing.yaml"/],
    ['empty', /has no scenarios/],
  ])('refuses %s', async (file, text) => {
    const { code, stdout, stderr } = await run(['run', file]);
    expect({ code, stdout }).toEqual({ code: 65, stdout: '' });
    expect(stderr).toMatch(/^error\[[A-Z_]+\]: /);
    expect(stderr).toMatch(text);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('gives JSON that parses, with the code of the error', async () => {
    const { code, stdout } = await run(['run', 'misspelt.yaml', '-o', 'json']);
    expect(code).toBe(65);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ kind: 'Report', verdict: { result: 'error' } });
    expect(report.errors[0]).toMatchObject({ code: expect.any(String), location: { file: 'misspelt.yaml' } });
  });

  it('lists the errors of all files', async () => {
    const { stderr } = await run(['validate', 'misspelt.yaml', 'broken.yaml', 'liveness.yaml']);
    expect(stderr).toContain('misspelt.yaml:');
    expect(stderr).toContain('broken.yaml:');
  });

  it('names the socket tried if there is no Docker engine', async () => {
    const { code, stderr } = await run(['run', 'liveness.yaml', '--runtime', 'docker'], {
      env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    });
    expect(code).toBe(69);
    expect(stderr).toContain('unix:///nowhere/docker.sock');
    expect(stderr).toContain('DOCKER_HOST');
    expect(stderr).toContain('--runtime virtual');
  });
});

describe('validate', () => {
  it('accepts what can be run', async () => {
    const { code, stdout } = await run(['validate', 'liveness.yaml', 'pod.yaml']);
    expect(code).toBe(0);
    expect(stdout).toContain('liveness.yaml');
  });
});

describe('surroundings', () => {
  it('has no colours without a terminal, and with NO_COLOR', async () => {
    const plain = await run(['run', 'liveness.yaml']);
    expect(plain.stdout).not.toMatch(ANSI);
    expect(plain.stderr).not.toMatch(ANSI);
    const forced = await run(['run', 'liveness.yaml'], { env: { FORCE_COLOR: '1' } });
    expect(forced.stdout).toMatch(ANSI);
    const refused = await run(['run', 'liveness.yaml'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(refused.stdout).not.toMatch(ANSI);
    expect((await run(['run', 'liveness.yaml', '--color', 'always'], { env: { NO_COLOR: '1' } })).stdout).toMatch(ANSI);
  });

  it('does the same with CI=1', async () => {
    const { code, stdout } = await run(['run', 'liveness.yaml'], { env: { CI: '1' } });
    expect(code).toBe(0);
    expect(stdout).not.toMatch(ANSI);
  });

  it('draws with ASCII on a dumb terminal', async () => {
    await run(['run', 'liveness.yaml']);
    const { stdout } = await run(['timeline'], { env: { TERM: 'dumb' } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly the ASCII range is meant.
    expect(stdout).toMatch(/^[\x00-\x7f]+$/);
  });

  it('survives a reader that goes away', async () => {
    const result = await run(['run', 'liveness.yaml', '-o', 'json'], {
      started: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
    });
    expect(result.signal).toBeNull();
    expect(result.code).toBe(0);
    expect(result.stderr).not.toContain('EPIPE');
  });

  it('annotates on GitHub', async () => {
    const { stdout } = await run(['run', 'failing.yaml'], {
      env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(folder.path, 'summary.md') },
    });
    expect(stdout).toMatch(/^::error file=failing.yaml,line=\d+,col=\d+::expected /m);
    expect(readFileSync(join(folder.path, 'summary.md'), 'utf8')).toContain('## FAIL failing');
  });
});

describe('looking at the last run', () => {
  beforeAll(async () => {
    await run(['run', 'liveness.yaml']);
  });

  it('gets, describes and lists events as kubectl does', async () => {
    expect((await run(['get', 'pods'])).stdout).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE\nweb +1\/1 +Running/);
    expect((await run(['get', 'pod', 'web', '-o', 'wide'])).stdout).toMatch(/NOMINATED NODE +READINESS GATES\n/);
    expect((await run(['get', 'pod/web', '-o', 'yaml'])).stdout).toMatch(/^apiVersion: v1\nkind: Pod\n/);
    const images = ['-o', 'jsonpath={range .spec.containers[*]}{.image}{"\\n"}{end}'];
    const yaml = (await run(['get', 'pod', 'web', '-o', 'yaml'])).stdout;
    expect(yaml).toContain(`image: ${(await run(['get', 'pod', 'web', ...images])).stdout}`);
    expect((await run(['get', 'pods', '-o', 'jsonpath={.items[0].metadata.name}'])).stdout).toBe('web');
    expect((await run(['get', 'pods', '-o', 'jsonpath={.items[1].kind}'])).code).toBe(1);
    expect((await run(['get', 'pods', '-o', 'jsonpath={.items'])).code).toBe(64);
    expect((await run(['get', 'svc,endpointslices', '-o', 'name'])).stdout).toMatch(
      /^service\/web\nendpointslice.discovery.k8s.io\/web-\w+\n$/,
    );
    expect((await run(['describe', 'pod', 'web'])).stdout).toMatch(/^Name: +web\n[\s\S]*\nEvents:\n/);
    expect((await run(['events', '--types', 'Warning'])).stdout).toMatch(
      /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n.*Unhealthy/,
    );
  });

  it('shows any moment of the run, but none after its end', async () => {
    expect((await run(['get', 'pods', '--at', '0s'])).stdout).toMatch(/\nweb +0\/1 /);
    expect((await run(['describe', 'pod', 'web', '--at', '1s'])).stdout).not.toContain('Unhealthy');
    expect((await run(['events', '--at', '1s'])).stdout).toMatch(/Started/);
    for (const at of ['9h', '-1s', 'soon']) expect((await run(['get', 'pods', '--at', at])).code).toBe(64);
    expect((await run(['get', 'pods', '-w', '--at', '1s'])).code).toBe(64);
  });

  it('draws the timeline within the width asked for', async () => {
    const { stdout } = await run(['timeline', '--width', '60']);
    expect(stdout).toContain('web/liveness');
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(60);
  });

  it('says what is not there', async () => {
    const missing = await run(['get', 'pod', 'nosuch']);
    expect({ code: missing.code, stdout: missing.stdout }).toEqual({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('pods "nosuch" not found');
    expect((await run(['get', 'widgets'])).stderr).toContain(`the server doesn't have a resource type "widgets"`);
    expect((await run(['get', '--run', 'nosuch'])).code).toBe(64);
  });

  it('logs and get know slips, in the words of kubectl', async () => {
    expect((await run(['get', 'podz'])).stderr).toContain('Did you mean pods?');
    const container = await run(['logs', 'web', '-c', 'wbe']);
    expect(container).toMatchObject({ code: 1, stdout: '' });
    expect(container.stderr).toContain('container wbe is not valid for pod web out of: web');
    expect((await run(['logs', 'wbe'])).stderr).toContain('pods "wbe" not found. There are: web.');
  });

  it('a run that was damaged is no defect of probelab', async () => {
    const runs = join(folder.path, 'damaged');
    writeFiles(runs, { 'runs/20260101-000000-x/report.json': '{' });
    const { code, stderr } = await run(['get', '--output-dir', runs]);
    expect(code).toBe(64);
    expect(stderr).toMatch(
      /^error\[NO_RUN\]: the run 20260101-000000-x cannot be read: .* Remove .*20260101-000000-x, or name/,
    );
  });

  it('keeps the newest 20 runs', async () => {
    const runs = temporaryFolder();
    try {
      writeFiles(runs.path, { 'pod.yaml': POD, 'liveness.yaml': LIVENESS });
      const many = Array.from({ length: 22 }, (_, index) => `good/liveness-${index}.yaml`);
      writeFiles(
        runs.path,
        Object.fromEntries(
          many.map((file) => [file, LIVENESS.replace('name: liveness', `name: ${file.slice(5, -5)}`)]),
        ),
      );
      writeFiles(runs.path, { 'good/pod.yaml': POD });
      await run(['run', 'good', '-q'], { cwd: runs.path });
      const { readdirSync } = await import('node:fs');
      expect(readdirSync(join(runs.path, '.probelab/runs'))).toHaveLength(20);
    } finally {
      runs.remove();
    }
  });
});
