import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { dockerRuntime } from '../../containers/docker/factory.ts';
import { EVENTS, PODS, type Pod } from '../../sim/kube/objects.ts';
import type { NewObject } from '../../sim/kube/store.ts';
import { createLab, type Lab } from '../../sim/lab.ts';
import { describeDocker, ensureImages } from './engine.ts';

/** The pods of the Kubernetes documentation about probes, unchanged. */
const MANIFESTS = `
apiVersion: v1
kind: Pod
metadata: {labels: {test: liveness}, name: liveness-exec}
spec:
  containers:
  - name: liveness
    image: registry.k8s.io/busybox
    args: ["/bin/sh", "-c", "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"]
    livenessProbe: {exec: {command: [cat, /tmp/healthy]}, initialDelaySeconds: 5, periodSeconds: 5}
---
apiVersion: v1
kind: Pod
metadata: {labels: {test: liveness}, name: liveness-http}
spec:
  containers:
  - name: liveness
    image: registry.k8s.io/liveness
    args: [/server]
    livenessProbe:
      httpGet: {path: /healthz, port: 8080, httpHeaders: [{name: Custom-Header, value: Awesome}]}
      initialDelaySeconds: 3
      periodSeconds: 3
---
apiVersion: v1
kind: Pod
metadata: {name: goproxy, labels: {app: goproxy}}
spec:
  containers:
  - name: goproxy
    image: registry.k8s.io/goproxy:0.1
    ports: [{containerPort: 8080}]
    readinessProbe: {tcpSocket: {port: 8080}, initialDelaySeconds: 5, periodSeconds: 10}
    livenessProbe: {tcpSocket: {port: 8080}, initialDelaySeconds: 15, periodSeconds: 20}
---
apiVersion: v1
kind: Pod
metadata: {name: etcd-with-grpc}
spec:
  containers:
  - name: etcd
    image: registry.k8s.io/etcd:3.5.1-0
    command: [ "/usr/local/bin/etcd", "--data-dir", "/var/lib/etcd", "--listen-client-urls", "http://0.0.0.0:2379", "--advertise-client-urls", "http://127.0.0.1:2379", "--log-level", "debug"]
    ports: [{containerPort: 2379}]
    livenessProbe: {grpc: {port: 2379}, initialDelaySeconds: 10}
`;

const PROBED = ['liveness-exec liveness', 'liveness-http liveness', 'goproxy readiness', 'etcd-with-grpc liveness'];

describeDocker("the documentation's pods in real containers", () => {
  let lab: Lab;

  beforeAll(async () => {
    await ensureImages();
    const runtime = dockerRuntime();
    lab = await createLab({ runtime });
    lab.start();
    runtime.clock.reset();
    lab.apply(parseAllDocuments(MANIFESTS).map((document) => document.toJS() as NewObject));
    // etcd's first probe comes at the second tick after its delay, some 20 s after the start.
    const seen = () => restarts('liveness-http') > 0 && PROBED.every((one) => probed().has(one));
    while (lab.clock.now() < 60_000 && !seen()) await lab.advance(500);
  });
  afterAll(() => lab?.dispose());

  const pod = (name: string): Pod => lab.store.get(PODS, 'default', name) as Pod;
  const restarts = (name: string): number => pod(name).status.containerStatuses?.[0]?.restartCount ?? 0;
  const messages = (name: string): string[] =>
    lab.store
      .list(EVENTS)
      .filter((event) => event.involvedObject.name === name)
      .map((event) => `${event.reason}: ${event.message}`);
  const probed = (): Set<string> =>
    new Set(lab.history.facts.flatMap((fact) => (fact.kind === 'probe' ? [`${fact.pod.name} ${fact.probe}`] : [])));

  it('http: the failing endpoint gets the container restarted, after 10 s and three failures', () => {
    expect(restarts('liveness-http')).toBe(1);
    expect(messages('liveness-http')).toContain(
      'Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500',
    );
    expect(messages('liveness-http')).toContain('Killing: Container liveness failed liveness probe, will be restarted');
    expect(lab.clock.now()).toBeGreaterThan(15_000);
  });

  it.each(['liveness-exec', 'goproxy', 'etcd-with-grpc'])('%s is ready, its probes pass', (name) => {
    expect(pod(name).status.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 0 });
    // As long as the file of liveness-exec is there.
    const early = lab.history.facts.filter((fact) => fact.kind === 'probe' && fact.startedAt < 29_000);
    const failed = early.filter((fact) => fact.kind === 'probe' && fact.pod.name === name && fact.result !== 'success');
    expect(failed).toEqual([]);
  });

  it('each was really probed', () => {
    for (const one of PROBED) expect(probed()).toContain(one);
  });
});
