import { basename, extname } from 'node:path';
import { LabError } from '../../sim/core/errors.ts';
import type { GlobalOptions } from '../action.ts';
import { EXIT } from '../exit-codes.ts';
import { STDIN } from '../input.ts';
import { readManifests } from '../manifests.ts';
import { out } from '../streams.ts';

interface Manifest {
  kind?: string;
  metadata?: { name?: string };
  spec?: { template?: { spec?: PodSpec }; containers?: Container[] };
}
interface PodSpec {
  containers?: Container[];
}
interface Container {
  name?: string;
  ports?: { containerPort?: number }[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
}
interface Probe {
  httpGet?: { path?: string; port?: number | string };
}

/**
 * `probelab init FILE`: a scenario that runs these manifests, with the apps as their HTTP probes suggest them and an
 * expectation per pod, ready to be changed. Goes to stdout.
 */
export async function initCommand(file: string, options: GlobalOptions & { name?: string }): Promise<number> {
  const { stringify } = await import('yaml');
  const manifests: readonly Manifest[] = readManifests(file);
  const name = options.name ?? (file === STDIN ? 'scenario' : basename(file, extname(file)));
  const pods = manifests.map(podOf).filter((pod) => pod !== undefined);
  if (pods.length === 0) {
    throw new LabError('NO_PODS', `"${file}" has no Pod or Deployment`, {
      hint: 'A scenario needs something that runs.',
    });
  }
  const scenario = {
    apiVersion: 'probelab.dev/v1alpha1',
    kind: 'Scenario',
    metadata: { name },
    spec: {
      description: `What ${name} does under its probes.\n`,
      duration: '60s',
      seed: 1,
      manifests: file === STDIN ? manifests : [basename(file)],
      apps: Object.assign({}, ...pods.flatMap(({ containers }) => containers.map(appOf))),
      expect: pods
        .filter(({ kind }) => kind === 'Pod')
        .map(({ podName }) => ({
          by: '30s',
          object: {
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: podName },
            status: { conditions: [{ type: 'Ready', status: 'True' }] },
          },
        })),
    },
  };
  if (scenario.spec.expect.length === 0) Reflect.deleteProperty(scenario.spec, 'expect');
  if (Object.keys(scenario.spec.apps).length === 0) Reflect.deleteProperty(scenario.spec, 'apps');
  out(
    `# yaml-language-server: $schema=https://probelab.dev/scenario.schema.json\n${stringify(scenario, { lineWidth: 0 })}`,
  );
  return EXIT.ok;
}

function podOf(manifest: Manifest): { kind: string; podName: string | undefined; containers: Container[] } | undefined {
  const kind = manifest.kind ?? '';
  const containers = kind === 'Pod' ? manifest.spec?.containers : manifest.spec?.template?.spec?.containers;
  return containers === undefined ? undefined : { kind, podName: manifest.metadata?.name, containers };
}

/** An app that listens where the container's ports are and answers its HTTP probes with 200. */
function appOf(container: Container): Record<string, unknown> {
  const ports = (container.ports ?? []).map(({ containerPort }) => containerPort).filter((port) => port !== undefined);
  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
  const servers = ports.map((port) => {
    const paths = probes
      .map((probe) => probe?.httpGet)
      .filter((get) => get !== undefined && (get.port === port || typeof get.port === 'string'))
      .map((get) => get?.path ?? '/');
    const routes = [...new Set(paths)].map((path) => ({ path, status: 200 }));
    return { port, protocol: 'http', ...(routes.length === 0 ? {} : { routes }) };
  });
  return servers.length === 0 || container.name === undefined ? {} : { [container.name]: { startup: '1s', servers } };
}
