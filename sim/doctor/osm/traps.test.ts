import { describe, expect, it } from 'vitest';
import { findings } from '../../../test/doctor/meshed-run.ts';
import type { KubeObject } from '../../kube/objects.ts';

describe('traps', () => {
  const http = (port: number | string, more: object = {}) => ({ httpGet: { path: '/', port, ...more } });
  const trap = (spec: object, metadata: object = {}, extra: object[] = []) => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'shop', ...metadata },
      spec,
      status: {},
    };
    const objects = [pod, ...extra] as unknown as KubeObject[];
    return findings({ origin: 'files', objects, events: [], logs: [] }).filter((text) => text.includes(' trap-'));
  };
  const app = (more: object) => ({ containers: [{ name: 'app', ...more }] });
  const two = (a: object, b: object) => ({
    containers: [
      { name: 'a', livenessProbe: a },
      { name: 'b', livenessProbe: b },
    ],
  });

  it.each([
    [
      'named port',
      app({ readinessProbe: http('nope') }),
      'Failure trap-named-port: container "app": readinessProbe has port "nope", which leads Envoy to port 0',
    ],
    [
      'named TCP port',
      app({ readinessProbe: { tcpSocket: { port: 'nope' } } }),
      'which asks osm-healthcheck for port 0: statuscode: 404',
    ],
    [
      'host',
      app({ livenessProbe: http(8080, { host: 'localhost' }) }),
      'Failure trap-probe-host: container "app": livenessProbe has host "localhost"',
    ],
    ['tcp host', app({ livenessProbe: { tcpSocket: { port: 8080, host: '10.0.0.1' } } }), 'Warning trap-probe-host'],
    ['grpc', app({ livenessProbe: { grpc: { port: 9000 } } }), 'Failure trap-grpc-probe'],
    [
      'exec',
      app({ livenessProbe: { exec: { command: ['curl', 'http://db:5432/x'] } } }),
      'Warning trap-exec-network: container "app": livenessProbe asks db',
    ],
    [
      'scheme',
      app({ ports: [{ name: 'https', containerPort: 8443 }], livenessProbe: http(8443) }),
      'Warning trap-scheme',
    ],
    [
      'grpc port',
      app({ ports: [{ name: 'grpc', containerPort: 9 }], livenessProbe: http('grpc') }),
      'Warning trap-scheme',
    ],
    [
      'reserved port',
      app({ ports: [{ containerPort: 15003 }] }),
      'Failure trap-reserved-port: container "app" has port 15003',
    ],
    [
      'loop',
      app({ livenessProbe: http(15901) }),
      'Failure trap-reserved-port: container "app": livenessProbe asks a port of OSM',
    ],
    ['reserved name', { containers: [{ name: 'osm-healthcheck' }] }, 'Failure trap-reserved-name'],
    ['postStart', app({ lifecycle: { postStart: { httpGet: { port: 80 } } } }), 'Failure trap-lifecycle-hook'],
    ['preStop', app({ lifecycle: { preStop: { tcpSocket: { port: 80 } } } }), 'Warning trap-lifecycle-hook'],
    [
      'native sidecar',
      { ...app({}), initContainers: [{ name: 's', restartPolicy: 'Always' }] },
      'Failure trap-lost-fields: init container "s"',
    ],
    [
      'sleep',
      app({ lifecycle: { preStop: { sleep: { seconds: 5 } } } }),
      'Warning trap-lost-fields: container "app" loses lifecycle.preStop.sleep',
    ],
    ['user', app({ securityContext: { runAsUser: 1500 } }), 'Warning trap-envoy-user'],
    ['#3773', two(http(1), http(2)), 'Warning trap-several-containers: The liveness probes of "a", "b" all reach "b"'],
    [
      'tcp, then http',
      two({ tcpSocket: { port: 1 } }, http(2)),
      'Failure trap-several-containers: The liveness probe of "a" goes to 15904, but there is no container osm-healthcheck',
    ],
    [
      'http, then tcp',
      two(http(1), { tcpSocket: { port: 2 } }),
      'Failure trap-several-containers: The liveness probe of "a" goes to 15901, where Envoy does not listen',
    ],
    [
      'http and https',
      two(http(1), http(2, { scheme: 'HTTPS' })),
      'mix http and https on one port: only "b" is answered rightly',
    ],
    ['hostNetwork', { ...app({}), hostNetwork: true }, 'Warning trap-host-network'],
    ['Istio', { containers: [{ name: 'app' }, { name: 'istio-proxy' }] }, 'Failure trap-two-meshes'],
    ['Job', { ...app({}), restartPolicy: 'Never' }, 'Warning trap-job'],
  ])('%s', (_, spec, text) => {
    const found = trap(spec);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(text);
  });

  it('a harmless pod falls into none', () => {
    const spec = app({
      ports: [{ name: 'web', containerPort: 8080 }],
      livenessProbe: http('web'),
      readinessProbe: { exec: { command: ['curl', 'http://localhost:8080/'] } },
      startupProbe: { tcpSocket: { port: 8080 } },
    });
    expect(trap(spec)).toEqual([]);
    expect(trap(two({ tcpSocket: { port: 1 } }, { tcpSocket: { port: 2 } }))).toEqual([]);
  });

  it('annotations that OSM refuses', () => {
    const annotations = { 'openservicemesh.io/outbound-port-exclusion-list': '80,x' };
    expect(trap(app({}), { annotations })).toEqual([
      expect.stringContaining("Failure trap-annotation: Invalid port value 'x' specified for annotation"),
    ]);
  });

  it('a NetworkPolicy for the port of the app only', () => {
    const policy = (ports: object[]) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'np', namespace: 'shop' },
      spec: { podSelector: {}, ingress: [{ ports }] },
    });
    expect(trap(app({}), {}, [policy([{ port: 8080 }])])).toEqual([
      expect.stringContaining('Warning trap-network-policy'),
    ]);
    expect(trap(app({}), {}, [policy([{ port: 15901, endPort: 15904 }])])).toEqual([]);
    expect(trap(app({}), {}, [policy([])])).toEqual([]);
  });

  it('a NetworkPolicy concerns the pods that its labels and its expressions select', () => {
    const closed = (podSelector: object) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'np', namespace: 'shop' },
      spec: { podSelector, ingress: [] },
    });
    const warned = [expect.stringContaining('Warning trap-network-policy')];
    const elsewhere = { key: 'tier', operator: 'Exists' };
    const here = { key: 'tier', operator: 'DoesNotExist' };
    expect(trap(app({}), {}, [closed({ matchExpressions: [here] })])).toEqual(warned);
    expect(trap(app({}), {}, [closed({ matchExpressions: [elsewhere] })])).toEqual([]);
    expect(trap(app({}), {}, [closed({ matchLabels: {}, matchExpressions: [elsewhere] })])).toEqual([]);
  });

  it('the template of a Deployment that nobody has applied yet', () => {
    const template = { spec: app({ livenessProbe: { grpc: { port: 1 } } }) };
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { template },
    };
    const found = findings({ origin: 'files', objects: [deployment as unknown as KubeObject], events: [], logs: [] });
    expect(found.at(-1)).toContain('Failure trap-grpc-probe');
  });
});
