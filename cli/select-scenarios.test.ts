import { describe, expect, it } from 'vitest';
import { loadScenario } from '../sim/scenario/load.ts';
import type { LoadedScenario } from './load-all.ts';
import { atLine, selectScenarios } from './select-scenarios.ts';

const TEXT = `apiVersion: probelab.dev/v1alpha1
kind: Scenario
metadata: {name: NAME, labels: {topic: osm, level: basic}}
spec:
  duration: 10s
  manifests:
    - {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: app, image: x}]}}
  expect:
    - at: 5s
      object: {kind: Pod, metadata: {name: p}}
    - never: true
      event: {reason: Unhealthy}
  seed: 3
`;
const scenario = (name: string, file = `${name}.yaml`) =>
  loadScenario(TEXT.replace('NAME', name), { file, readFile: () => undefined });
const loaded: LoadedScenario[] = ['liveness', 'readiness'].map((name) => ({
  scenario: scenario(name),
  unsupported: [],
}));
const names = (some: readonly LoadedScenario[]) => some.map((one) => one.scenario.name);

describe('--grep and --tag', () => {
  it.each([
    [{}, ['liveness', 'readiness']],
    [{ grep: 'LIVE' }, ['liveness']],
    [{ grep: '^read.*ness$' }, ['readiness']],
    [{ grep: 'liveness.yaml' }, ['liveness']],
    [{ tag: ['topic=osm'] }, ['liveness', 'readiness']],
    [{ tag: ['basic', 'topic'], grep: 'read' }, ['readiness']],
  ])('%j', (selection, expected) => expect(names(selectScenarios(loaded, selection))).toEqual(expected));

  it('nothing left, or no pattern, is an error that says what there is', () => {
    expect(() => selectScenarios(loaded, { tag: ['topic=k8s'] })).toThrow('none of 2 scenarios fits --tag topic=k8s');
    expect(() => selectScenarios(loaded, { grep: '(' })).toThrow('--grep needs a regular expression');
  });
});

describe('FILE:LINE', () => {
  it.each([
    [9, [9]],
    [10, [9]],
    [11, [11]],
    [12, [11]],
    [5, [9, 11]],
    [13, [9, 11]],
  ])('line %i: the expectations of lines %j', (line, expected) => {
    expect(atLine(scenario('a'), TEXT, line).expect.map(({ location }) => location.line)).toEqual(expected);
  });

  it('a line that the file does not have', () => {
    expect(() => atLine(scenario('a'), TEXT, 99)).toThrow('has no line 99');
  });
});
