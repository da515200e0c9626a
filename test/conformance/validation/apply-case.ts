import { decodeObject, decodingMessage } from '../../../sim/kube/decoding/decode-object.ts';
import { readYaml } from '../../../sim/kube/decoding/yaml-file.ts';
import { yaml11Scalar } from '../../../sim/kube/decoding/yaml-scalar.ts';
import { deepEqual } from '../../../sim/kube/deep-equal.ts';
import { defaultObject } from '../../../sim/kube/defaulting.ts';
import type { NewObject } from '../../../sim/kube/store.ts';
import { kubectlInvalidMessage, validateObject } from '../../../sim/kube/validation.ts';

/** `kubectl create --dry-run=server -f -` of a manifest on a real cluster. */
export interface ApplyCase {
  case: string;
  manifest: string;
  rc: number;
  stderr: string;
  /** The first container's probes and hooks as stored. */
  defaulted: Record<string, unknown>;
}

/** The first difference between what a cluster said of a manifest and what we say. */
export function compareApply(recorded: ApplyCase): string | undefined {
  const played = apply(recorded.manifest);
  const expected = { rc: recorded.rc, stderr: recorded.stderr, defaulted: recorded.defaulted };
  if (deepEqual(expected, played)) return undefined;
  return `expected ${JSON.stringify(expected)}\ngot      ${JSON.stringify(played)}`;
}

function apply(manifest: string): Omit<ApplyCase, 'case' | 'manifest'> {
  const [document] = readYaml(manifest, { file: 'STDIN' }).documents;
  const raw = document?.value(yaml11Scalar) as NewObject;
  const decoded = decodeObject(raw, { sorted: true });
  const message = decodingMessage(decoded);
  if (message !== undefined) {
    const head = 'Error from server (BadRequest): error when creating "STDIN"';
    const text = `${head}: ${raw.kind} in version "${raw.apiVersion}" cannot be handled as a ${raw.kind}: ${message}\n`;
    return { rc: 1, stderr: text, defaulted: {} };
  }
  const object = decoded.object as NewObject;
  const defaulted = defaultObject({ ...object, metadata: { namespace: 'default', ...object.metadata } });
  const errors = validateObject(defaulted);
  if (errors.length > 0) {
    return { rc: 1, stderr: kubectlInvalidMessage(defaulted as never, errors), defaulted: {} };
  }
  const container = defaulted.spec.containers[0] as Record<string, unknown>;
  const probes = Object.entries(container).filter(([name]) => /Probe$|^lifecycle$/.test(name));
  return { rc: 0, stderr: '', defaulted: Object.fromEntries(probes) };
}
