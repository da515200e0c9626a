import type { Clock } from '../../../sim/core/clock.ts';
import type { ContainerCommand, RuntimeEvent, RuntimePort } from '../../../sim/runtime/port.ts';
import { DEFAULT_LATENCIES } from '../../../sim/runtime/virtual/latencies.ts';
import type { Accidents } from './accidents.ts';
import { recordedNetwork } from './recorded-network.ts';
import type { RecordedStarts } from './recorded-starts.ts';

/** What the kubelet does between a sync's start, or the end of what it waited for, and its command to create. */
const BEFORE_CREATE_MS = 15;

/** By how much the signal at a command's time-out was faster than what the command did at that moment. */
const EARLY_KILL_MS = 30;

/** A runtime whose pulls and starts take as long as the recorded node's did. */
export function pacedRuntime(inner: RuntimePort, clock: Clock, accidents: () => Accidents): RuntimePort {
  const commands = new Map<string, { command: ContainerCommand; at: number }>();
  const names = new Map<string, string>();
  const addresses = new Map<string, string>();
  const signalsLate = new Map<string, number>();
  const created = new Map<string, { command: ContainerCommand; at: number }>();
  const podAt = (ip: string) => {
    for (const [podUID, name] of names) if (addresses.get(podUID) === ip) return name;
    return '';
  };
  return {
    name: inner.name,
    transport: recordedNetwork(inner.transport, clock, {
      handshakeError: (ip) => accidents().attempts.handshakeError(podAt(ip)),
      isRefused: (ip, port) => accidents().starts.isRefused(podAt(ip), port),
      answeredAtDeadline: (ip) => accidents().attempts.answeredAtDeadline(podAt(ip)),
    }),
    subscribe: (listener) =>
      inner.subscribe((event: RuntimeEvent) => {
        if (event.type === 'sandbox-ready') addresses.set(event.podUID, event.ip);
        if (event.type === 'container-created') {
          const known = commands.get(event.id);
          if (known !== undefined) created.set(event.containerID, known);
        }
        const heard = heardAt(event, created, accidents().starts);
        if (heard !== undefined && heard > clock.now()) clock.setTimeout(() => listener(event), heard - clock.now());
        else listener(event);
      }),
    imageStatus: (command) => inner.imageStatus(command),
    pullImage: (command) => {
      const took = accidents().starts.pullMs(command.image);
      if (took !== undefined) inner.steer({ target: 'runtime', patch: { image: command.image, pullMs: took } });
      inner.pullImage(command);
    },
    createSandbox: (command) => {
      names.set(command.podUID, command.podName);
      const ready = accidents().starts.sandboxReady(command.podName);
      const wait = ready === undefined ? 0 : ready - DEFAULT_LATENCIES.sandbox - clock.now();
      if (wait > 0) clock.setTimeout(() => inner.createSandbox(command), wait);
      else inner.createSandbox(command);
    },
    removeSandbox: (command) => {
      const until = accidents().starts.networkUntil(names.get(command.podUID) ?? '');
      if (until === undefined) inner.removeSandbox(command);
      else clock.setTimeout(() => inner.removeSandbox(command), until - clock.now());
    },
    createContainer: (command) => {
      commands.set(command.id, { command, at: clock.now() });
      inner.createContainer(command);
    },
    startContainer: (command) => {
      clock.setTimeout(
        () => inner.startContainer(command),
        startDelay(created.get(command.containerID), clock, accidents().starts),
      );
    },
    signalContainer: (command) => {
      const known = created.get(command.containerID);
      const term = command.signal === 'SIGTERM' && known !== undefined;
      const at = term ? accidents().starts.signalled(known.command.podName, known.command.container) : undefined;
      if (at !== undefined) signalsLate.set(command.containerID, Math.max(0, at - clock.now()));
      // The runtime counts the grace from its SIGTERM on.
      const hookFailed =
        known !== undefined && accidents().starts.hookFails(known.command.podName, known.command.container);
      const late = hookFailed ? 0 : (signalsLate.get(command.containerID) ?? 0);
      if (late > 0) clock.setTimeout(() => inner.signalContainer(command), late);
      else inner.signalContainer(command);
    },
    removeContainer: (command) => inner.removeContainer(command),
    exec: (command) => {
      const { containerID, timeoutMs } = command;
      const known = created.get(containerID);
      const early =
        known !== undefined &&
        timeoutMs !== undefined &&
        accidents().attempts.killedEarly(known.command.podName, known.command.container, timeoutMs);
      inner.exec(early ? { ...command, timeoutMs: timeoutMs - EARLY_KILL_MS } : command);
    },
    steer: (command) => inner.steer(command),
    dispose: () => inner.dispose(),
  };
}

/** When the kubelet hears of a creation, of a start, and of an end after which it starts the container anew. */
function heardAt(
  event: RuntimeEvent,
  created: ReadonlyMap<string, { command: ContainerCommand }>,
  starts: RecordedStarts,
): number | undefined {
  if (!('containerID' in event)) return undefined;
  const { podName, container } = created.get(event.containerID ?? '')?.command ?? {};
  if (podName === undefined || container === undefined) return undefined;
  if (event.type === 'container-created') return starts.creationHeard(podName, container);
  if (event.type === 'container-started') return starts.startHeard(podName, container);
  return event.type === 'container-exited' ? starts.endHeard(podName, container) : undefined;
}

function startDelay(
  known: { command: ContainerCommand; at: number } | undefined,
  clock: Clock,
  starts: RecordedStarts,
): number {
  if (known === undefined) return 0;
  const { podName, container, attempt } = known.command;
  const at =
    attempt === 0
      ? starts.firstStart(podName, container)
      : starts.laterStart(podName, container, attempt, known.at - BEFORE_CREATE_MS);
  return at === undefined ? 0 : Math.max(0, at - DEFAULT_LATENCIES.start - clock.now());
}
