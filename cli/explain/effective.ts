import { podSpecPath } from '../../sim/doctor/rules/check-manifests.ts';
import { type ProbeTimes, probeTimes } from '../../sim/doctor/rules/probe-times.ts';
import type { ProbeField } from '../../sim/doctor/rules/rule.ts';
import { at } from '../../sim/doctor/untyped.ts';
import type { Manifest } from '../../sim/kube/decoding/manifests.ts';
import { defaultObject } from '../../sim/kube/defaulting.ts';
import type { Container, PodSpec } from '../../sim/kube/objects.ts';

type Probe = NonNullable<Container['livenessProbe']>;

const FIELDS: readonly ProbeField[] = ['startupProbe', 'livenessProbe', 'readinessProbe'];
const NUMBERS = [
  'initialDelaySeconds',
  'periodSeconds',
  'timeoutSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

/** What one probe really is: its values with those that nobody wrote, and what they come to. */
export interface EffectiveProbe {
  object: string;
  container: string;
  probe: ProbeField;
  handler: string;
  values: Readonly<Record<string, { value: number; default: boolean }>>;
  /** Seconds. */
  times: ProbeTimes;
  /** What that means, one or two sentences. */
  meaning: string;
  place: string;
}

/** The probes of every pod and template among manifests, in order. */
export function effectiveProbes(manifests: readonly Manifest[]): EffectiveProbe[] {
  return manifests.flatMap((manifest) => {
    const path = podSpecPath(manifest);
    if (path === undefined) return [];
    const written = at(manifest.object, ...path) as PodSpec;
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: written };
    const { spec } = defaultObject(pod as never) as unknown as { spec: PodSpec };
    const { kind, metadata } = manifest.object;
    return spec.containers.flatMap((container, index) =>
      FIELDS.flatMap((field): EffectiveProbe[] => {
        const probe = container[field];
        if (probe === undefined) return [];
        const { file, line, column } = manifest.locate([...path, 'containers', index, field]);
        return [
          {
            object: `${kind.toLowerCase()}/${metadata.name ?? ''}`,
            container: container.name,
            probe: field,
            handler: handlerText(probe),
            values: valuesOf(probe, written.containers[index]?.[field]),
            times: probeTimes(probe),
            meaning: meaningOf(field, probe, container),
            place: `${file}:${line}:${column}`,
          },
        ];
      }),
    );
  });
}

function valuesOf(probe: Probe, written: Probe | undefined): EffectiveProbe['values'] {
  return Object.fromEntries(
    NUMBERS.map((name) => [name, { value: probe[name] ?? 0, default: written?.[name] === undefined }]),
  );
}

function handlerText({ httpGet, tcpSocket, grpc, exec }: Probe): string {
  if (httpGet !== undefined) return `httpGet ${httpGet.scheme ?? 'HTTP'} :${httpGet.port}${httpGet.path ?? '/'}`;
  if (tcpSocket !== undefined) return `tcpSocket :${tcpSocket.port}`;
  if (grpc !== undefined) return `grpc :${grpc.port}`;
  return `exec ${(exec?.command ?? []).join(' ')}`;
}

function meaningOf(field: ProbeField, probe: Probe, container: Container): string {
  const { detection, givenUp, period, successes } = probeTimes(probe);
  const span = ({ least, most }: { least: number; most: number }) => `${least}s to ${most}s`;
  switch (field) {
    case 'startupProbe':
      return `The app has ${givenUp.least}s to come up, counted from its container's start; it is killed at ${span(givenUp)}. The other probes wait until it succeeds.`;
    case 'livenessProbe': {
      const start =
        container.startupProbe === undefined
          ? ` An app that has not come up ${givenUp.least}s after its container's start is killed, too (at ${span(givenUp)}).`
          : '';
      return `An app that stops answering is killed ${span(detection)} later.${start}`;
    }
    case 'readinessProbe':
      return `The pod leaves its Services ${span(detection)} after the app stops answering, and is back within ${period * successes}s after it answers again.`;
  }
}

/** The probes as text, by container. */
export function effectiveText(probes: readonly EffectiveProbe[]): string {
  const parts: string[] = [];
  let last = '';
  for (const { object, container, probe, handler, values, meaning, place } of probes) {
    const head = `${object} container "${container}"`;
    if (head !== last) parts.push(`${parts.length === 0 ? '' : '\n'}${head}`);
    last = head;
    const numbers = Object.entries(values).map(
      ([name, one]) => `${name} ${one.value}${one.default ? ' (default)' : ''}`,
    );
    parts.push(`  ${probe}: ${handler} (${place})`, `    ${numbers.join(', ')}`, `    ${meaning}`);
  }
  return `${parts.join('\n')}\n`;
}
