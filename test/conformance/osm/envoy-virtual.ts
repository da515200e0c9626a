import { recordedResources } from './envoy-case.ts';
import type { OpenStage } from './envoy-stage.ts';
import { observedApp, type SeenRequest } from './observed-apps.ts';
import { createVirtualPod } from './virtual-pod.ts';

/** Who is asked for a certificate here sees no bytes of it. */
const NO_CERTIFICATE = { cert: '', key: '' };

/** The case's apps and the modelled Envoy in the virtual runtime. */
export const openVirtualStage: OpenStage = async (item) => {
  const pod = createVirtualPod();
  const seen: SeenRequest[] = [];
  for (const [port, kind] of Object.entries(item.apps)) {
    const app = observedApp(kind, Number(port), (request) => seen.push(request));
    if (app !== undefined) pod.runProgram(`app-${port}`, app);
  }
  const bootstrap = JSON.stringify({ static_resources: recordedResources(item, NO_CERTIFICATE) });
  const files = { 'bootstrap.yaml': new TextEncoder().encode(bootstrap) };
  pod.run('envoy', {
    image: 'envoyproxy/envoy:v1.40.0',
    command: ['envoy'],
    args: ['--config-path', '/etc/envoy/bootstrap.yaml'],
    security: { runAsUser: 1500, addCapabilities: [], dropCapabilities: [] },
    mounts: [
      { mountPath: '/etc/envoy', readOnly: true, source: { type: 'files', volume: 'envoy', files, mode: 0o644 } },
    ],
  });
  const ports = new Set([...Object.keys(item.apps), '15901', '15902', '15903']);
  return {
    ip: pod.ip,
    clock: pod.clock,
    transport: pod.runtime.transport,
    seen,
    finish: async (work) => {
      let over = false;
      work(() => {
        over = true;
      });
      pod.clock.runUntil(pod.clock.now() + 20_000, () => over);
      if (!over) throw new Error('the attempt has no end');
    },
    output: async () => pod.log('envoy'),
    place: (upstream) =>
      upstream.replace(/^127\.0\.0\.1:(\d+)$/, (all, port: string) => (ports.has(port) ? `<pod>:${port}` : all)),
    close: () => pod.runtime.dispose(),
  };
};
