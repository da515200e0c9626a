import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { AnyStateNode, InspectionEvent } from 'xstate';
import { containerMachine } from '../../sim/kubelet/container.machine.ts';
import { podMachine } from '../../sim/kubelet/pod.machine.ts';
import { probeWorkerMachine } from '../../sim/kubelet/probe-worker/probe-worker.machine.ts';
import { SEED } from './budget.ts';
import { scenarios } from './draw/scenario.ts';
import { fromDocument, play } from './play.ts';

/** States that actors of the kubelet's machines were in, also in passing: `#container.stopping.preStop`. */
const seen = vi.hoisted(() => new Set<string>());

vi.mock('xstate', async (importOriginal) => {
  const xstate = await importOriginal<typeof import('xstate')>();
  const inspect = (event: InspectionEvent) => {
    if (event.type !== '@xstate.microstep' && event.type !== '@xstate.snapshot') return;
    const nodes = (event.snapshot as unknown as { _nodes?: AnyStateNode[] })._nodes ?? [];
    for (const { id } of nodes) seen.add(id);
  };
  const createActor = (logic: never, options: object) => xstate.createActor(logic, { ...options, inspect } as never);
  return { ...xstate, createActor };
});

/** The ids of all states below a node in which an actor may rest; those with `always` are passed on the way to them. */
function statesOf(node: AnyStateNode): string[] {
  return Object.values(node.states).flatMap((child) => [
    ...(child.always === undefined || child.always.length === 0 ? [child.id] : []),
    ...statesOf(child),
  ]);
}

describe("drawn scenarios reach every state of the kubelet's machines", () => {
  beforeAll(async () => {
    const drawn = fc.sample(scenarios('lifecycle'), { numRuns: 150, seed: SEED });
    for (const document of drawn) await play(fromDocument(document));
  }, 300_000);

  it.each([
    ['pod', podMachine],
    ['container', containerMachine],
    ['probe worker', probeWorkerMachine],
  ])('%s', (_, machine) => {
    expect(statesOf(machine.root as unknown as AnyStateNode).filter((id) => !seen.has(id))).toEqual([]);
  });
});
