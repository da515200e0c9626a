import type { Lab } from '../lab.ts';
import type { ScenarioStep } from '../scenario/scenario.ts';
import { appStep, envoyStep, execStep, networkStep, pauseStep, runtimeStep } from './container-steps.ts';
import { deleteStep, patchStep, rolloutStep, scaleStep } from './object-steps.ts';
import { requestStep } from './request-steps.ts';

/** What a step needs beside the lab. */
export interface StepContext {
  /** Run time in ms at which the run ends. */
  endMs: number;
  kubelet(action: 'restart' | 'stop' | 'start'): void;
}

/**
 * Carries out one step. Throws LabError if it names what is not there (`NotFound`, `STEP_WITHOUT_TARGET`) or what the
 * API refuses.
 */
export function performStep(lab: Lab, step: ScenarioStep, context: StepContext): void {
  if (step.app !== undefined) appStep(lab, step.app);
  if (step.apply !== undefined) lab.apply(step.apply);
  if (step.delete !== undefined) deleteStep(lab, step.delete);
  if (step.patch !== undefined) patchStep(lab, step.patch);
  if (step.scale !== undefined) scaleStep(lab, step.scale);
  if (step.rollout !== undefined) rolloutStep(lab, step.rollout);
  if (step.network !== undefined) networkStep(lab, step.network);
  if (step.envoy !== undefined) envoyStep(lab, step.envoy);
  if (step.kubelet !== undefined) context.kubelet(step.kubelet);
  if (step.runtime !== undefined) runtimeStep(lab, step.runtime);
  if (step.pause !== undefined) pauseStep(lab, step.pause);
  if (step.exec !== undefined) execStep(lab, step.exec);
  if (step.request !== undefined) requestStep(lab, step.request, context.endMs);
}

/** A step in one line, for the story: `app bookstore: path=/liveness, status=503`. */
export function describeStep(step: ScenarioStep): string {
  const { at: _at, location: _location, ...actions } = step;
  return Object.entries(actions)
    .filter(([, body]) => body !== undefined)
    .map(([name, body]) => `${name} ${summary(body)}`)
    .join('; ');
}

function summary(body: unknown): string {
  if (typeof body !== 'object' || body === null) return String(body);
  if (Array.isArray(body)) return body.map(summary).join(', ');
  if ('kind' in body && 'metadata' in body) {
    return `${String(body.kind).toLowerCase()}/${(body.metadata as { name?: string })?.name ?? ''}`;
  }
  return Object.entries(body)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(' ');
}
