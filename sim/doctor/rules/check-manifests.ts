import { parseDuration } from '../../core/duration.ts';
import type { SourceLocation } from '../../core/errors.ts';
import type { FieldPath } from '../../kube/decoding/decode-object.ts';
import type { Manifest } from '../../kube/decoding/manifests.ts';
import { defaultObject } from '../../kube/defaulting.ts';
import type { PodSpec, Service } from '../../kube/objects.ts';
import { at, isRecord } from '../untyped.ts';
import { ENDING_RULES } from './ending-rules.ts';
import type { Finding, Rule, RuleSubject } from './rule.ts';
import { RUNNING_RULES } from './running-rules.ts';
import { START_UP_RULES } from './start-up-rules.ts';

/** Every rule, in the order of a container's life. */
export const RULES: readonly Rule[] = [...START_UP_RULES, ...RUNNING_RULES, ...ENDING_RULES];

/** On a pod, or on what has its template. */
export const IGNORE_ANNOTATION = 'probelab.dev/ignore';
export const STARTUP_ANNOTATION = 'probelab.dev/startup';

const POD_PATH: FieldPath = ['spec'];
const TEMPLATE_PATH: FieldPath = ['spec', 'template', 'spec'];
const CRON_PATH: FieldPath = ['spec', 'jobTemplate', 'spec', 'template', 'spec'];

/**
 * What the rules find in groups of manifests that belong together, each place once, in the order of the files.
 * `startupMs`: of every app that does not say.
 */
export function checkManifests(
  groups: readonly (readonly Manifest[])[],
  options: { ignore?: readonly string[]; startupMs?: number } = {},
): Finding[] {
  const seen = new Set<string>();
  return groups.flatMap((manifests) => checkGroup(manifests, options, seen));
}

function checkGroup(
  manifests: readonly Manifest[],
  options: { ignore?: readonly string[]; startupMs?: number },
  seen: Set<string>,
): Finding[] {
  const services = manifests
    .map(({ object }) => object)
    .filter(({ kind }) => kind === 'Service') as unknown as Service[];
  return manifests.flatMap((manifest) => {
    const path = podSpecPath(manifest);
    if (path === undefined) return [];
    const subject = subjectOf(manifest, path, services, options.startupMs);
    const ignored = new Set([...(options.ignore ?? []), ...ignoredBy(subject, manifest)]);
    return RULES.filter(({ id }) => !ignored.has(id)).flatMap((rule) =>
      rule.find(subject).flatMap(({ path: place, ofOwner, container, message }): Finding[] => {
        const location = manifest.locate(ofOwner === true ? ['spec', ...place] : [...path, ...place]);
        const key = JSON.stringify([rule.id, location, container]);
        if (seen.has(key)) return [];
        seen.add(key);
        return [finding(rule, subject.object, message, location, container)];
      }),
    );
  });
}

function finding(
  { id, level }: Rule,
  object: string,
  message: string,
  location: SourceLocation,
  container: string | undefined,
): Finding {
  return { rule: id, level, object, ...(container === undefined ? {} : { container }), message, location };
}

/** Where the pod's specification stands in an object; undefined if it has none. */
export function podSpecPath({ object }: Manifest): FieldPath | undefined {
  if (object.kind === 'Pod') return isRecord(object.spec) ? POD_PATH : undefined;
  return [TEMPLATE_PATH, CRON_PATH].find((path) => Array.isArray(at(object, ...path, 'containers')));
}

function subjectOf(
  { object }: Manifest,
  path: FieldPath,
  services: readonly Service[],
  startupMs: number | undefined,
): RuleSubject {
  const template = path === POD_PATH ? object : at(object, ...path.slice(0, -1));
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: at(object, ...path) };
  const spec = (defaultObject(pod as never) as unknown as { spec: PodSpec }).spec;
  const annotations = textsAt(template, 'annotations');
  const said = annotations[STARTUP_ANNOTATION] ?? textsAt(object, 'annotations')[STARTUP_ANNOTATION];
  return {
    object: `${object.kind.toLowerCase()}/${object.metadata.name ?? ''}`,
    kind: object.kind,
    metadata: { namespace: object.metadata.namespace ?? 'default', labels: textsAt(template, 'labels'), annotations },
    spec,
    owner: isRecord(object.spec) ? object.spec : {},
    services,
    startupMs: said === undefined ? startupMs : (parseDuration(said) ?? startupMs),
  };
}

function ignoredBy(subject: RuleSubject, { object }: Manifest): string[] {
  const texts = [subject.metadata.annotations[IGNORE_ANNOTATION], textsAt(object, 'annotations')[IGNORE_ANNOTATION]];
  return texts.flatMap((text) => (text ?? '').split(',').map((rule) => rule.trim()));
}

function textsAt(object: unknown, field: 'labels' | 'annotations'): Record<string, string> {
  const found = at(object, 'metadata', field);
  return isRecord(found) ? (found as Record<string, string>) : {};
}
