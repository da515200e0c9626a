import { Random } from '../../../sim/core/random.ts';
import { VirtualClock } from '../../../sim/core/virtual-clock.ts';
import { lookupImage } from '../../../sim/programs/catalogue/catalogue.ts';
import type { Program } from '../../../sim/programs/host.ts';
import { PLAIN_CONTAINER } from '../../../sim/runtime/plain-container.fixture.ts';
import type { ContainerCommand, RuntimeEvent } from '../../../sim/runtime/port.ts';
import type { HttpAttempt, HttpOutcome } from '../../../sim/runtime/transport.ts';
import { createVirtualRuntime } from '../../../sim/runtime/virtual/virtual-runtime.ts';

/** One pod in the virtual runtime, without a kubelet: programs, images, requests from the node. */
export function createVirtualPod(seed = 1) {
  const clock = new VirtualClock();
  const events: RuntimeEvent[] = [];
  const programs = new Map<string, Program>();
  const runtime = createVirtualRuntime({
    clock,
    random: new Random(seed),
    catalogue: (image) => {
      const program = programs.get(image);
      if (program === undefined) return lookupImage(image);
      return {
        names: [image],
        entrypoint: ['/program'],
        sizeBytes: 1,
        shell: false,
        programs: { '/program': { kind: 'program', program } },
      };
    },
  });
  runtime.subscribe((event) => events.push(event));
  runtime.createSandbox({ podUID: 'pod', namespace: 'default', podName: 'pod', hostname: 'pod' });
  clock.runUntil(clock.now() + 100);
  const sandbox = events.find((event) => event.type === 'sandbox-ready');
  const ip = sandbox?.type === 'sandbox-ready' ? sandbox.ip : '';

  function run(container: string, command: Partial<ContainerCommand> & { image: string }): void {
    runtime.createContainer({
      ...PLAIN_CONTAINER,
      id: container,
      podUID: 'pod',
      namespace: 'default',
      podName: 'pod',
      container,
      ...command,
    });
    clock.runUntil(clock.now() + 50);
    const created = events.findLast((event) => event.type === 'container-created');
    if (created?.type === 'container-created')
      runtime.startContainer({ id: `start/${container}`, containerID: created.containerID });
    clock.runUntil(clock.now() + 300);
  }

  function runProgram(container: string, program: Program): void {
    programs.set(`program/${container}`, program);
    run(container, { image: `program/${container}` });
  }

  function http(attempt: Omit<HttpAttempt, 'host' | 'timeoutMs' | 'maxBodyBytes'>): HttpOutcome {
    let outcome: HttpOutcome | undefined;
    runtime.transport.http({ ...attempt, host: ip, timeoutMs: 10_000, maxBodyBytes: 10_240 }, (got) => {
      outcome = got;
    });
    clock.runUntil(clock.now() + 20_000, () => outcome !== undefined);
    if (outcome === undefined) throw new Error('the attempt has no end');
    return outcome;
  }

  /** Lines of a container's output. */
  function log(container: string): string[] {
    return events.flatMap((event) => (event.type === 'log' && event.container === container ? [event.line] : []));
  }
  return { clock, runtime, ip, run, runProgram, http, log };
}

export type VirtualPod = ReturnType<typeof createVirtualPod>;
