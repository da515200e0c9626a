import type { Fields } from './pod-spec.ts';

/**
 * A pod's spec without what feature gates that are off by default take away before anything is validated:
 * a container's own restartPolicy (but for `Always` of an init container), its rules, and stop signals.
 * Models kubernetes v1.34 pkg/api/pod/util.go DropDisabledPodFields.
 */
export function dropDisabledFields(given: Fields): Fields {
  const spec = { ...given };
  for (const list of ['containers', 'initContainers']) {
    if (!Array.isArray(spec[list])) continue;
    spec[list] = (spec[list] as Fields[]).map((container) => dropFromContainer(container, list === 'initContainers'));
  }
  return spec;
}

function dropFromContainer(given: Fields, init: boolean): Fields {
  const sidecar = init && given.restartPolicy === 'Always';
  const { restartPolicyRules: _rules, ...container } = given as Fields;
  if (!sidecar) delete container.restartPolicy;
  if (container.lifecycle?.stopSignal !== undefined) {
    const { stopSignal: _signal, ...lifecycle } = container.lifecycle as Fields;
    container.lifecycle = lifecycle;
  }
  return container;
}
