import { describe, expect, it } from 'vitest';
import { probelab } from './probelab.ts';

describe('help and usage', () => {
  it('opens the help with two examples and groups the commands', async () => {
    const { code, stdout, stderr } = await probelab(['--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'Examples:',
      '  probelab run scenarios/osm/liveness-restart.yaml',
      '  probelab run pod.yaml --runtime docker',
    ]);
    for (const group of ['Run:', 'Look:', 'Author:', 'Keep:']) expect(stdout).toContain(`\n${group}\n`);
  });

  it("opens a command's help with two examples of its own, and tells no empty defaults", async () => {
    const { stdout } = await probelab(['sweep', '--help']);
    expect(stdout).toMatch(/^Examples:\n {2}probelab sweep .*\n {2}probelab sweep .*\n\nUsage: probelab sweep/);
    expect(stdout).not.toContain('default: []');
  });

  it('fits the help into 80 columns', async () => {
    const { stdout } = await probelab(['--help']);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('prints its version', async () => {
    expect((await probelab(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['rum'], 'run'],
    [['run', '--sed', '3', 'x.yaml'], '--seed'],
  ])('suggests what %j may mean', async (args, meant) => {
    const { code, stdout, stderr } = await probelab(args);
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error\[USAGE\]: unknown (command|option) /);
    expect(stderr).toContain(`Did you mean ${meant}?`);
  });

  it.each([
    [['run'], 'run needs a file'],
    [['run', 'x.yaml', '--seed', 'many'], '--seed needs a whole number'],
    [['run', 'x.yaml', '--timeout', 'soon'], '--timeout needs a duration'],
    [['run', 'x.yaml', '-o', 'jsn'], 'unknown output format "jsn"'],
    [['run', 'x.yaml', '-o', 'json', '-o', 'yaml'], 'only one output can go to stdout'],
    [['run', 'x.yaml', '--runtime', 'podman'], '--runtime'],
    [['get', '--output-dir', 'nowhere'], 'no finished run'],
  ])('refuses %j', async (args, text) => {
    const { code, stdout, stderr } = await probelab(args);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toMatch(/^error\[/);
    expect(stderr).toContain(text);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it.each([
    [['run', 'scenarios/osm/livenes-restart.yaml'], 65, 'Did you mean scenarios/osm/liveness-restart.yaml?'],
    [['run', 'scenarios/osm/liveness-restart'], 65, 'Did you mean scenarios/osm/liveness-restart.yaml?'],
    [['run', 'scenarios/*nosuch*.yaml'], 65, 'no file matches "scenarios/*nosuch*.yaml"'],
    [['watch', 'nosuch.yaml'], 65, 'there is no file "nosuch.yaml"'],
    [['explain', 'livnessProbe.periodSeconds'], 64, 'Did you mean livenessProbe.periodSeconds?'],
    [['explain', 'livenessProbe.periodSecond'], 64, 'Did you mean livenessProbe.periodSeconds?'],
    [['events', '--types', 'Warnings'], 64, 'valid --types are Normal or Warning, not "Warnings"'],
    [['inject'], 64, 'help: probelab inject --help'],
  ])('knows the slip in %j', async (args, exit, text) => {
    const { code, stdout, stderr } = await probelab(args);
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
    expect(stderr).toContain(text);
  });

  it('has no command: prints the help on stderr', async () => {
    const { code, stdout, stderr } = await probelab([]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain('Usage: probelab');
  });

  it.each(['bash', 'zsh', 'fish'])('prints a completion script for %s', async (shell) => {
    const { code, stdout } = await probelab(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('timeline');
  });
});
