import { LabError, type SourceLocation } from '../core/errors.ts';
import { decodeObject, type FieldPath } from '../kube/decoding/decode-object.ts';
import { tableOf } from '../kube/decoding/type-tables.ts';
import type { Event, KubeObject } from '../kube/objects.ts';
import { isRecord } from './untyped.ts';

/** Where the value at a path lies; undefined for what comes from no file. */
export type Locate = (path: FieldPath) => SourceLocation | undefined;

export interface ReadObjects {
  objects: KubeObject[];
  events: Event[];
  errors: LabError[];
}

/**
 * The objects in what a server or a file gave: one object or a list of any kind. More lenient than a server: fields it
 * does not know are left out, nothing is validated; but what is no object (`MANIFEST_NO_KIND`) or has a value of a wrong
 * type (`MANIFEST_INVALID_TYPE`) is an error, so that known kinds have their types' shapes. Never throws.
 */
export function readObjects(raw: unknown, locate: Locate = () => undefined): ReadObjects {
  const result: ReadObjects = { objects: [], events: [], errors: [] };
  visit(raw, [], undefined, locate, result);
  return result;
}

/** A `List`, or the `PodList` of the API, whose items need not say what they are. */
function visit(
  raw: unknown,
  path: FieldPath,
  inherited: { kind: string; apiVersion: unknown } | undefined,
  locate: Locate,
  result: ReadObjects,
): void {
  const kind = isRecord(raw) ? (raw.kind ?? inherited?.kind) : undefined;
  if (!isRecord(raw) || typeof kind !== 'string' || kind === '') {
    result.errors.push(noObject('This is no Kubernetes object', locate(path)));
    return;
  }
  if (kind.endsWith('List') && Array.isArray(raw.items)) {
    const item = kind === 'List' ? undefined : { kind: kind.slice(0, -'List'.length), apiVersion: raw.apiVersion };
    raw.items.forEach((one, index) => {
      visit(one, [...path, 'items', index], item, locate, result);
    });
    return;
  }
  if (!isRecord(raw.metadata) || typeof raw.metadata.name !== 'string') {
    result.errors.push(noObject(`metadata.name is missing: this ${kind} has no name`, locate(path)));
    return;
  }
  readOne({ ...raw, kind, apiVersion: raw.apiVersion ?? inherited?.apiVersion }, path, locate, result);
}

function noObject(message: string, location: SourceLocation | undefined): LabError {
  return new LabError('MANIFEST_NO_KIND', message, {
    ...(location === undefined ? {} : { location }),
    hint: 'An object has apiVersion, kind and metadata; kubectl get … -o yaml writes them.',
  });
}

function readOne(raw: Record<string, unknown>, path: FieldPath, locate: Locate, result: ReadObjects): void {
  const { object, typeErrors } = decodeObject(raw);
  for (const problem of typeErrors) {
    const location = locate([...path, ...problem.path]);
    const message = `${raw.kind} in version "${raw.apiVersion}" cannot be handled as a ${raw.kind}: ${problem.text}`;
    result.errors.push(
      new LabError('MANIFEST_INVALID_TYPE', message, {
        ...(location === undefined ? {} : { location }),
        hint: 'No API server writes this: was the file changed by hand?',
      }),
    );
  }
  if (typeErrors.length > 0) return;
  if (raw.kind === 'Event') {
    const event = eventOf(raw);
    if (event !== undefined) result.events.push(event);
  } else result.objects.push(complete({ ...object, kind: kindOf(raw) } as unknown as KubeObject));
}

/** The group versions in which kinds with a type of their own are served. */
const TYPED = ['v1', 'apps/v1', 'discovery.k8s.io/v1'];

/** Another group may have a kind of the same name (a `Service` of Knative): it is called `Service.serving.knative.dev`. */
function kindOf(raw: Record<string, unknown>): string {
  const kind = String(raw.kind);
  const isTyped = TYPED.some((apiVersion) => tableOf({ kind, apiVersion }) !== undefined);
  if (!isTyped || tableOf(raw) !== undefined) return kind;
  return `${kind}.${String(raw.apiVersion).replace(/\/.*$/, '')}`;
}

/** What every object of a kind has on a server. */
function complete(object: KubeObject): KubeObject {
  const { metadata } = object;
  const labels = isRecord(metadata.labels) ? textsOf(metadata.labels) : undefined;
  const annotations = isRecord(metadata.annotations) ? textsOf(metadata.annotations) : undefined;
  const namespace = typeof metadata.namespace === 'string' ? { namespace: metadata.namespace } : {};
  const { namespace: _, ownerReferences: owners, ...rest } = metadata;
  const ownerReferences = Array.isArray(owners) ? { ownerReferences: owners.filter(isRecord) } : {};
  const full = {
    ...object,
    metadata: {
      ...rest,
      ...namespace,
      ...(ownerReferences as Pick<KubeObject['metadata'], 'ownerReferences'>),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
  if (object.kind === 'Deployment' || object.kind === 'ReplicaSet') {
    return { ...full, spec: { ...object.spec, template: object.spec?.template ?? {} } };
  }
  if (object.kind !== 'Pod') return full;
  return { ...full, spec: { ...object.spec, containers: object.spec?.containers ?? [] }, status: object.status ?? {} };
}

function textsOf(map: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]));
}

/** Undefined if it does not say what it is about. events.k8s.io calls things differently. */
function eventOf(raw: Record<string, unknown>): Event | undefined {
  const about = raw.involvedObject ?? raw.regarding;
  if (!isRecord(about) || typeof about.kind !== 'string' || typeof about.name !== 'string') return undefined;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const time = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const count = raw.count ?? raw.deprecatedCount;
  return {
    ...(raw as unknown as Event),
    involvedObject: about as unknown as Event['involvedObject'],
    reason: text(raw.reason),
    message: text(raw.message ?? raw.note),
    type: raw.type === 'Warning' ? 'Warning' : 'Normal',
    firstTimestamp: time(raw.firstTimestamp ?? raw.deprecatedFirstTimestamp),
    lastTimestamp: time(raw.lastTimestamp ?? raw.deprecatedLastTimestamp),
    eventTime: time(raw.eventTime),
    ...(typeof count === 'number' ? { count } : {}),
  };
}
