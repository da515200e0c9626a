import type { Fields } from './pod-spec.ts';

/**
 * A pod's spec without what feature gates that are off by default take away before anything is validated: a
 * container's own restartPolicy (but for `Always` of an init container), its rules, stop signals, variables from files,
 * volumes of images with their mounts, and another hostname.
 * Models kubernetes v1.34 pkg/api/pod/util.go DropDisabledPodFields.
 */
export function dropDisabledFields(given: Fields): Fields {
  const { hostnameOverride: _hostname, ...spec } = given as Fields;
  const images = new Set(((spec.volumes ?? []) as Fields[]).filter(({ image }) => image !== undefined));
  const names = new Set([...images].map(({ name }) => name as string));
  if (images.size > 0) spec.volumes = (spec.volumes as Fields[]).filter((volume) => !images.has(volume));
  for (const list of ['containers', 'initContainers']) {
    if (!Array.isArray(spec[list])) continue;
    spec[list] = (spec[list] as Fields[]).map((container) =>
      dropFromContainer(container, list === 'initContainers', names),
    );
  }
  return spec;
}

function dropFromContainer(given: Fields, init: boolean, images: ReadonlySet<string>): Fields {
  const sidecar = init && given.restartPolicy === 'Always';
  const { restartPolicyRules: _rules, ...container } = given as Fields;
  if (!sidecar) delete container.restartPolicy;
  if (images.size > 0 && container.volumeMounts !== undefined) {
    container.volumeMounts = (container.volumeMounts as Fields[]).filter(({ name }) => !images.has(name));
  }
  if (container.env !== undefined) container.env = (container.env as Fields[]).map(withoutFileKey);
  if (container.lifecycle?.stopSignal !== undefined) {
    const { stopSignal: _signal, ...lifecycle } = container.lifecycle as Fields;
    container.lifecycle = lifecycle;
  }
  return container;
}

function withoutFileKey(variable: Fields): Fields {
  if (variable.valueFrom?.fileKeyRef === undefined) return variable;
  const { fileKeyRef: _key, ...valueFrom } = variable.valueFrom as Fields;
  return { ...variable, valueFrom };
}
