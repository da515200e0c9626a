import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROBE_FIELDS } from './probe-fields.ts';

/** What the scenario has instead: the handler's sibling, or the default. */
const KEYS: Readonly<Record<string, string>> = {
  'tcpSocket.host': 'host:',
  timeoutSeconds: 'delay',
  successThreshold: 'readinessProbe',
};

const NUMBERS = PROBE_FIELDS.filter(({ path, minimum }) => /Seconds$|Threshold$/.test(path) && minimum !== undefined);

describe('what explain says of a field', () => {
  it.each(PROBE_FIELDS.map((field) => [field.path, field] as const))('%s: a scenario that has it', (path, field) => {
    expect(existsSync(field.scenario)).toBe(true);
    // Manifests may lie beside the scenario.
    const texts = [
      field.scenario,
      field.scenario.replace(/scenarios\/kubernetes\/(.+)$/, 'scenarios/kubernetes/manifests/$1'),
    ];
    const manifests = readFileSync(field.scenario, 'utf8').match(/manifests\/[\w-]+\.yaml/g) ?? [];
    for (const name of manifests) texts.push(field.scenario.replace(/[^/]+$/, name));
    const text = texts
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    expect(text).toContain(KEYS[path] ?? path.split('.')[0] ?? '');
  });

  it('all numbers have a minimum', () => {
    expect(NUMBERS.map(({ path }) => path)).toHaveLength(6);
  });
});
