import { describe, expect, it, vi } from 'vitest';
import { type Changeable, find, findings, meshedRun, remove } from '../../../test/doctor/meshed-run.ts';
import { fromBase64, toBase64 } from '../../kube/base64.ts';

// Whole labs are played: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const POD = /^bookstore-v1-/;

/** The findings of a faultless run with a change. */
async function findingsAfter(change: (input: Changeable) => void): Promise<string[]> {
  const input = await meshedRun();
  change(input);
  return findings(input);
}

describe('pods of the mesh', () => {
  it('one without a sidecar: how it is made anew, and that others have one', async () => {
    const found = await findingsAfter((input) => {
      const pod = find(input, 'Pod', POD);
      pod.spec.containers = pod.spec.containers.filter(({ name }: { name: string }) => name !== 'envoy');
      delete pod.metadata.labels['osm-proxy-uuid'];
    });
    expect(found).toEqual([
      expect.stringMatching(
        /^Failure pod-injection: Did not find Envoy sidecar on pod "bookstore\/bookstore-v1-\S+": it was created .* before its namespace joined the mesh, or without the webhook; 1 other pod of the namespace have one$/,
      ),
    ]);
  });

  it('one that is older than its namespace in the mesh', async () => {
    const found = await findingsAfter((input) => {
      const pod = find(input, 'Pod', POD);
      pod.spec.containers.pop();
      delete pod.metadata.labels['osm-proxy-uuid'];
      pod.metadata.creationTimestamp = '2026-01-01T00:00:00Z';
      const fieldsV1 = { 'f:metadata': { 'f:labels': { 'f:openservicemesh.io/monitored-by': {} } } };
      find(input, 'Namespace', 'bookstore').metadata.managedFields = [{ fieldsV1, time: '2026-02-01T00:00:00Z' }];
    });
    expect(found[0]).toContain(
      'created 2026-01-01T00:00:00Z, before the namespace joined the mesh (2026-02-01T00:00:00Z)',
    );
  });

  it('one that opted out is all right', async () => {
    const off = { 'openservicemesh.io/sidecar-injection': 'disabled' };
    const found = await findingsAfter((input) => {
      const pod = find(input, 'Pod', POD);
      pod.spec.containers.pop();
      delete pod.metadata.labels['osm-proxy-uuid'];
      pod.metadata.annotations = off;
    });
    expect(found).toEqual([]);
  });

  it.each([
    [
      'HTTP',
      'livenessProbe',
      { path: '/liveness', port: 14001 },
      'httpGet HTTP :14001/liveness: expected httpGet HTTP :15901/osm-liveness-probe',
    ],
    [
      'HTTPS',
      'startupProbe',
      { path: '/startup', port: 9443, scheme: 'HTTPS' },
      'httpGet HTTPS :9443/startup: expected httpGet HTTPS :15903/startup',
    ],
    [
      'path',
      'livenessProbe',
      { path: '/osm-starttup-probe', port: 15901 },
      'httpGet HTTP :15901/osm-starttup-probe: expected httpGet HTTP :15901/osm-liveness-probe',
    ],
  ])('a probe that is not rewritten: %s', async (_, field, httpGet, text) => {
    const found = await findingsAfter((input) => {
      find(input, 'Pod', POD).spec.containers[0][field].httpGet = httpGet;
    });
    expect(found).toEqual([`Failure probe-rewritten: ${text}`]);
  });

  it('a tcpSocket probe that is still one, of a pod whose original is not known', async () => {
    const found = await findingsAfter((input) => {
      const pod = find(input, 'Pod', POD);
      delete pod.metadata.ownerReferences;
      const side = pod.spec.containers[1];
      side.readinessProbe = { ...side.readinessProbe, tcpSocket: { port: 7000 } };
      delete side.readinessProbe.httpGet;
    });
    expect(found).toEqual([
      'Failure probe-rewritten: tcpSocket :7000: it is not rewritten: expected httpGet :15904/osm-healthcheck',
    ]);
  });

  it('osm-healthcheck is not there, and is not running', async () => {
    const gone = await findingsAfter((input) => {
      const pod = find(input, 'Pod', POD);
      pod.spec.containers = pod.spec.containers.filter(({ name }: { name: string }) => name !== 'osm-healthcheck');
    });
    expect(gone).toEqual([expect.stringContaining('Failure sidecar: The pod has no container "osm-healthcheck"')]);
    const waiting = await findingsAfter((input) => {
      const pod = find(input, 'Pod', POD);
      const status = pod.status.containerStatuses.find(({ name }: { name: string }) => name === 'osm-healthcheck');
      status.state = { waiting: { reason: 'ErrImagePull', message: 'no such image' } };
    });
    expect(waiting).toEqual(['Failure sidecar: It is waiting: ErrImagePull (no such image)']);
  });

  it('the Secret with the bootstrap is gone', async () => {
    const found = await findingsAfter((input) => {
      const pod = find(input, 'Pod', POD);
      const volume = pod.spec.volumes.find(({ name }: { name: string }) => name === 'envoy-bootstrap-config-volume');
      remove(input, 'Secret', volume.secret.secretName);
    });
    expect(found).toEqual([
      expect.stringMatching(/^Failure envoy-listener: Secret "envoy-bootstrap-config-\S+" not found/),
    ]);
  });

  it.each([
    ['no listener', /liveness_listener[\s\S]*/, '', 'The bootstrap has no listener on 15901'],
    ['another port', /14001/g, '14002', "It leads to port 14002; the probe of the pod's template asks for 14001"],
    ['port 0', /14001/g, '0', 'It leads to port 0'],
    ['no YAML', /^/, '\t{', 'holds no readable bootstrap.yaml'],
  ])('the bootstrap has %s', async (name, pattern, replacement, text) => {
    const found = await findingsAfter((input) => {
      const pod = find(input, 'Pod', POD);
      const { secretName } = pod.spec.volumes.at(-1).secret;
      const secret = find(input, 'Secret', secretName);
      const yaml = fromBase64(secret.data['bootstrap.yaml']) ?? '';
      const changed =
        name === 'no listener'
          ? yaml.replace(/port_value: 15901/, 'port_value: 15999')
          : yaml.replace(pattern, replacement);
      expect(changed).not.toBe(yaml);
      secret.data['bootstrap.yaml'] = toBase64(changed);
    });
    expect(found).toEqual([expect.stringContaining(text)]);
    expect(found[0]).toMatch(/^Failure envoy-listener/);
  });

  it('a probe that fails now: the event and what it means', async () => {
    const found = await findingsAfter((input) => {
      const pod = find(input, 'Pod', POD);
      pod.status.conditions.find((one: { type: string }) => one.type === 'Ready').status = 'False';
      pod.status.containerStatuses.find(({ name }: { name: string }) => name === 'side').ready = false;
      input.events.push({
        metadata: { name: 'e', namespace: 'bookstore' },
        involvedObject: {
          kind: 'Pod',
          namespace: 'bookstore',
          name: pod.metadata.name,
          fieldPath: 'spec.containers{side}',
        },
        reason: 'Unhealthy',
        type: 'Warning',
        message: 'Readiness probe failed: HTTP probe failed with statuscode: 404',
        lastTimestamp: '2026-01-01T00:00:00Z',
      });
    });
    expect(found).toEqual([
      'Failure pod-ready: Pod not ready: container "side": Readiness probe failed: HTTP probe failed with statuscode: 404',
    ]);
  });

  it('a pod that no node takes', async () => {
    const found = await findingsAfter((input) => {
      const pod = find(input, 'Pod', POD);
      const message = '0/1 nodes are available: 1 Insufficient cpu.';
      pod.status = {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
      };
    });
    expect(found).toEqual([
      'Failure pod-ready: Pod not ready: not scheduled: 0/1 nodes are available: 1 Insufficient cpu.',
    ]);
  });
});
