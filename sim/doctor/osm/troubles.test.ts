import { describe, expect, it, vi } from 'vitest';
import { findings, playFile } from '../../../test/doctor/meshed-run.ts';

// Whole labs are played: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

describe("what the doctor says of the library's troubles with OSM", () => {
  it.each([
    ['bad-annotation', ['Failure pod-creation', 'Failure trap-annotation']],
    ['container-named-envoy', ['Failure pod-creation', 'Failure trap-reserved-name']],
    ['copied-pod', ['Failure pod-creation', 'Failure trap-reserved-port', 'Failure trap-reserved-name']],
    ['grpc-probe-old-injector', ['Failure pod-creation', 'Failure trap-grpc-probe']],
    ['grpc-probe', ['Failure trap-grpc-probe']],
    ['host-network', ['Warning trap-host-network']],
    ['http-not-rewritten', ['Failure probe-rewritten', 'Failure probe-rewritten', 'Failure pod-ready']],
    ['http-then-tcp', ['Failure envoy-listener']],
    ['tcp-then-http', ['Failure sidecar']],
    ['http-then-https', ['Warning trap-several-containers']],
    ['two-livenesses-hidden', ['Warning trap-several-containers']],
    ['prefix-collision', ['Warning trap-several-containers']],
    ['named-port-missing', ['Failure envoy-listener', 'Failure trap-named-port']],
    ['probe-host-localhost', ['Failure trap-probe-host']],
    ['probe-of-port-15901', ['Failure envoy-listener']],
    ['tcp-not-rewritten', ['Warning trap-tcp-always-green']],
    ['lifecycle-hook', ['Failure trap-lifecycle-hook']],
    ['native-sidecar-lost', ['Failure pod-ready']],
    ['job-never-completes', ['Warning trap-job']],
    ['osm-init-fails', ['Failure pod-ready']],
    ['two-meshes', ['Failure trap-two-meshes', 'Warning trap-several-containers']],
  ])('%s', async (name, expected) => {
    const found = findings(await playFile(`scenarios/osm/${name}.yaml`)).map((text) => text.split(':')[0]);
    for (const one of expected) expect(found).toContain(one);
  });

  it.each(['liveness-restart', 'older-than-the-mesh', 'loopback-only', 'copied-pod-secret', 'node-exhausted'])(
    '%s: nothing has failed at its end',
    async (name) => {
      const found = findings(await playFile(`scenarios/osm/${name}.yaml`));
      expect(found.filter((text) => text.startsWith('Failure'))).toEqual([]);
    },
  );

  it.each(['starts-up', 'wrongly-injected', 'smi-crd-missing', 'injector-down'])(
    'control-plane/%s: well again at its end',
    async (name) => {
      const found = findings(await playFile(`scenarios/osm/control-plane/${name}.yaml`));
      expect(found.filter((text) => text.startsWith('Failure'))).toEqual([]);
    },
  );
});
