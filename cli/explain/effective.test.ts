import { describe, expect, it } from 'vitest';
import { decodeManifests } from '../../sim/kube/decoding/manifests.ts';
import { effectiveProbes, effectiveText } from './effective.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app
          image: x
          livenessProbe:
            httpGet: {port: 80}
            periodSeconds: 5
          readinessProbe: {exec: {command: [cat, /x]}, successThreshold: 2}
        - name: side
          image: z
          startupProbe: {tcpSocket: {port: 1}, failureThreshold: 30}
          livenessProbe: {tcpSocket: {port: 1}}
`;

describe('the probes of a file', () => {
  const probes = effectiveProbes(decodeManifests(DEPLOYMENT, 'd.yaml').manifests);

  it('each with its place, its values, and which of them nobody wrote', () => {
    expect(probes.map(({ container, probe, place }) => `${container} ${probe} ${place}`)).toEqual([
      'app livenessProbe d.yaml:12:11',
      'app readinessProbe d.yaml:15:11',
      'side startupProbe d.yaml:18:11',
      'side livenessProbe d.yaml:19:11',
    ]);
    expect(probes[0]).toMatchObject({
      object: 'deployment/web',
      handler: 'httpGet HTTP :80/',
      values: { periodSeconds: { value: 5, default: false }, failureThreshold: { value: 3, default: true } },
      times: { detection: { least: 10, most: 16 } },
    });
  });

  it('and what they come to', () => {
    const text = effectiveText(probes);
    expect(text).toContain('  livenessProbe: httpGet HTTP :80/ (d.yaml:12:11)\n');
    expect(text).toContain('initialDelaySeconds 0 (default), periodSeconds 5, timeoutSeconds 1 (default)');
    expect(text).toContain(
      'An app that stops answering is killed 10s to 16s later. An app that has not come up 10s after',
    );
    expect(text).toContain('is back within 20s after it answers again.');
    expect(text).toContain(
      "The app has 290s to come up, counted from its container's start; it is killed at 290s to 301s.",
    );
    // Behind a startup probe a liveness probe kills no slow start.
    expect(probes[3]?.meaning).toBe('An app that stops answering is killed 20s to 31s later.');
  });
});
