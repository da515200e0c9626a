import { LabError } from '../../sim/core/errors.ts';
import { Random } from '../../sim/core/random.ts';
import { defaultObject } from '../../sim/kube/defaulting.ts';
import type { KubeObject, Namespace } from '../../sim/kube/objects.ts';
import type { NewObject } from '../../sim/kube/store.ts';
import { describeInjection, type InjectionDescription } from '../../sim/mesh/osm/describe-injection.ts';
import type { MeshConfig } from '../../sim/mesh/osm/mesh-config.ts';
import { OSM_VERSIONS, type OsmVersion } from '../../sim/mesh/osm/profiles.ts';
import type { GlobalOptions } from '../action.ts';
import { EXIT } from '../exit-codes.ts';
import { readManifests } from '../manifests.ts';
import { objectsText } from '../output/objects.ts';
import { parseTargets } from '../output/targets.ts';
import { err, out } from '../streams.ts';

interface InjectOptions extends GlobalOptions {
  envoy?: boolean;
  iptables?: boolean;
  output: string[];
  meshVersion?: string;
  meshConfig?: string;
}

/** `probelab inject FILE`: the pods of a file as OSM's injector admits them, or what their sidecar is started with. */
export async function injectCommand(file: string, options: InjectOptions): Promise<number> {
  const [target] = parseTargets(options.output, ['yaml', 'json', 'table']);
  const objects = readManifests(file);
  const pods = objects.map(podOf).filter((pod) => pod !== undefined);
  if (pods.length === 0) {
    throw new LabError('NO_PODS', `"${file}" has no pod`, {
      hint: 'A Pod, or anything with a pod template, can be injected.',
    });
  }
  const meshConfig = options.meshConfig === undefined ? undefined : readMeshConfig(options.meshConfig);
  const texts: string[] = [];
  for (const pod of pods) {
    const namespace = objects.find(
      ({ kind, metadata }) => kind === 'Namespace' && metadata.name === pod.metadata.namespace,
    ) as Namespace | undefined;
    const description = describeInjection(pod, {
      profile: profileOf(options.meshVersion),
      random: new Random(1),
      denials: 'intended',
      ...(meshConfig === undefined ? {} : { meshConfig }),
      ...(namespace === undefined ? {} : { namespace }),
    });
    if (description.outcome === 'denied') throw new LabError('DENIED', description.message);
    if (description.outcome === 'not-injected') err(`pod/${pod.metadata.name} is not injected\n`);
    texts.push(await shown(description, options, target?.format === 'json' ? 'json' : 'yaml'));
  }
  out(texts.filter((text) => text !== '').join('---\n'));
  return EXIT.ok;
}

async function shown(
  description: Exclude<InjectionDescription, { outcome: 'denied' }>,
  options: InjectOptions,
  format: 'json' | 'yaml',
): Promise<string> {
  if (description.outcome === 'not-injected') {
    return options.envoy === true || options.iptables === true ? '' : objectsText(description.pod, format);
  }
  if (options.iptables === true) return `${(description.iptables ?? '').trimEnd()}\n`;
  if (options.envoy === true) {
    return format === 'json' ? `${JSON.stringify(description.bootstrap, null, 4)}\n` : description.bootstrapYaml;
  }
  return objectsText(description.pod, format);
}

/** The pod that an object is or makes, with its defaults. */
function podOf(object: NewObject): KubeObject | undefined {
  if (object.kind === 'Pod') return defaultObject(object) as unknown as KubeObject;
  const template = object.spec?.template as { metadata?: object; spec?: { containers?: unknown } } | undefined;
  if (template?.spec?.containers === undefined) return undefined;
  const { name, namespace } = object.metadata;
  const metadata = {
    generateName: `${name}-`,
    name: `${name}-xxxxx`,
    ...(namespace === undefined ? {} : { namespace }),
  };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...template.metadata, ...metadata }, spec: template.spec };
  return defaultObject(pod) as unknown as KubeObject;
}

function readMeshConfig(file: string): MeshConfig {
  const found = readManifests(file).find(({ kind }) => kind === 'MeshConfig');
  if (found === undefined) throw new LabError('NO_MESH_CONFIG', `"${file}" has no MeshConfig`);
  return found as unknown as MeshConfig;
}

function profileOf(version: string | undefined): OsmVersion {
  const known = OSM_VERSIONS.find((candidate) => candidate === (version ?? '1.1'));
  if (known === undefined) {
    throw new LabError('USAGE', `OSM ${version} is not modelled`, { hint: `Use one of ${OSM_VERSIONS.join(', ')}.` });
  }
  return known;
}
