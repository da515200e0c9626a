import type { LabError } from '../core/errors.ts';
import { PODS, type Pod } from '../kube/objects.ts';
import type { Lab } from '../lab.ts';
import type { ScenarioStep } from '../scenario/scenario.ts';
import { podNameMatches } from './resource-name.ts';
import { stepWithoutTarget } from './step-error.ts';

/** Changes how an app behaves. A step that hits nothing is an error: the story would be another one. */
export function appStep(lab: Lab, body: NonNullable<ScenarioStep['app']>): void {
  const { container, pod: _pod, namespace: _namespace, ...patch } = body;
  for (const hit of podsWith(lab, body, container)) {
    lab.runtime.steer({ target: 'app', podUID: hit.metadata.uid, container, patch });
  }
}

/** Something happens to the sidecar of the pods. */
export function envoyStep(lab: Lab, body: NonNullable<ScenarioStep['envoy']>): void {
  const { pod: _pod, namespace: _namespace, certificate, ...patch } = body;
  for (const hit of podsWith(lab, body, 'envoy')) {
    if (certificate !== undefined) {
      if (lab.osmXds === undefined) throw noTarget('a control plane that issues certificates');
      lab.osmXds.expireCertificate(hit);
    } else lab.runtime.steer({ target: 'envoy', podUID: hit.metadata.uid, patch });
  }
}

/** The network between the kubelet and the pods. */
export function networkStep(lab: Lab, body: NonNullable<ScenarioStep['network']>): void {
  const { pod: _pod, namespace: _namespace, ...patch } = body;
  for (const hit of podsNamed(lab, body)) {
    lab.runtime.steer({ target: 'network', podUID: hit.metadata.uid, patch });
  }
}

/** A container dies at the runtime, or pulls of an image fail or work again. */
export function runtimeStep(lab: Lab, body: NonNullable<ScenarioStep['runtime']>): void {
  const { pod: _pod, namespace: _namespace, container, die, exitCode, fails, pullTime, ...rest } = body;
  if (container === undefined) {
    // `fails: null` takes a failure back.
    const failure = fails === undefined ? {} : { fails: fails ?? undefined };
    const pull = pullTime === undefined ? {} : { pullMs: pullTime };
    lab.runtime.steer({ target: 'runtime', patch: { ...rest, ...failure, ...pull } });
    return;
  }
  const patch = { ...(die === undefined ? {} : { die }), ...(exitCode === undefined ? {} : { exit: exitCode }) };
  for (const hit of podsWith(lab, body, container)) {
    const nothing = Object.keys(patch).length === 0;
    lab.runtime.steer({
      target: 'app',
      podUID: hit.metadata.uid,
      container,
      patch: nothing ? { die: 'SIGKILL' } : patch,
    });
  }
}

/** A container's processes stand still, for a time or for good. */
export function pauseStep(lab: Lab, body: NonNullable<ScenarioStep['pause']>): void {
  for (const pod of podsWith(lab, body, body.container)) {
    const running = lab.kubelet.runtime.pod(pod.metadata.uid).containers.find(({ name }) => name === body.container);
    if (running === undefined) continue;
    const containerID = lab.kubelet.runtime.ownID(running.containerID);
    lab.runtime.steer({ target: 'pause', containerID, paused: true });
    if (body.for !== undefined) {
      lab.clock.setTimeout(() => lab.runtime.steer({ target: 'pause', containerID, paused: false }), body.for);
    }
  }
}

/** Runs a command in a container. What it says goes into the story if it fails; its output is lost otherwise. */
export function execStep(lab: Lab, body: NonNullable<ScenarioStep['exec']>): void {
  for (const pod of podsWith(lab, body, body.container)) {
    const { name, namespace, uid } = pod.metadata;
    const running = lab.kubelet.runtime
      .pod(uid)
      .containers.find((container) => container.name === body.container && container.state === 'running');
    if (running === undefined) throw noTarget(`a running container "${body.container}" in pod ${name}`);
    const { containerID } = running;
    lab.kubelet.runtime.exec({ containerID, command: body.command }, ({ outcome, exitCode, stdout, stderr }) => {
      if (outcome === 'exited' && exitCode === 0) return;
      const said = (stderr || stdout).trim();
      const what = `"${body.command.join(' ')}" in ${namespace}/${name} ended with ${exitCode}`;
      lab.history.record({
        kind: 'notice',
        level: 'warning',
        code: 'EXEC_FAILED',
        message: said === '' ? what : `${what}: ${said}`,
      });
    });
  }
}

interface PodTarget {
  pod?: string;
  namespace?: string;
}

function podsNamed(lab: Lab, { pod: wanted, namespace }: PodTarget): Pod[] {
  const all = lab.store.list(PODS, namespace);
  const pods = all.filter(({ metadata }) => wanted === undefined || podNameMatches(wanted, metadata.name));
  if (pods.length === 0) throw noTarget(wanted === undefined ? 'any pod' : `pod ${wanted}`);
  return pods;
}

function podsWith(lab: Lab, target: PodTarget, container: string): Pod[] {
  const pods = podsNamed(lab, target).filter(({ spec }) =>
    [...spec.containers, ...(spec.initContainers ?? [])].some(({ name }) => name === container),
  );
  if (pods.length === 0) throw noTarget(`a pod with a container "${container}"`);
  return pods;
}

function noTarget(what: string): LabError {
  return stepWithoutTarget(`the step does not find ${what}`);
}
