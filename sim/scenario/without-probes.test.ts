import { expect, test } from 'vitest';
import { scenarioFromManifests } from './load.ts';
import { withoutProbes } from './without-probes.ts';

const probe = 'livenessProbe: {tcpSocket: {port: 80}}';

test('takes the probes of pods and templates away, and nothing else', () => {
  const text = `
{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c, image: i, ${probe}}]}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i, ${probe}}]}}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: ns1}}
`;
  const scenario = scenarioFromManifests(text, { file: 'x.yaml' });
  const bare = scenarioFromManifests(text.replaceAll(`, ${probe}`, ''), { file: 'x.yaml' });
  expect(withoutProbes(scenario).manifests).toEqual(bare.manifests);
  expect(scenario.manifests[0]?.spec.containers[0].livenessProbe).toBeDefined();
});
