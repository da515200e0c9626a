import { isInit, isRestartable, type RuntimeContainer } from './runtime.ts';
import type { World } from './world.ts';

interface Kill {
  container: RuntimeContainer;
  restart: boolean;
  reason: string;
}

/**
 * What one sync does to the runtime: starts what is next, kills what failed its probes, plans restarts.
 * Emulates containerRuntime.SyncPod as far as probes can bring it about.
 */
export function podActions(world: World): void {
  const regularStarted = world.containers.some((container) => !isInit(container) && container.state !== 'created');
  const initDone = advanceInit(world);
  if (initDone || regularStarted) {
    for (const container of world.containers) if (!isInit(container)) scheduleStart(world, container);
  }
  const { kills, keep, toStart } = computeKills(world);
  if (keep === 0 && toStart === 0 && (initDone || regularStarted)) killEverything(world, kills);
  if (kills.length > 0) carryOut(world, kills);
}

/** True once every init container is done and every sidecar runs and has started. */
function advanceInit(world: World): boolean {
  let done = true;
  for (const container of world.containers.filter(isInit)) {
    if (!done) return false;
    if (container.state === 'created') {
      scheduleStart(world, container);
      return false;
    }
    done = container.script.init === true ? hasSucceeded(container) : sidecarHasStarted(world, container);
  }
  return done;
}

function hasSucceeded(container: RuntimeContainer): boolean {
  return container.state === 'exited' && container.exitCode === 0;
}

function sidecarHasStarted(world: World, container: RuntimeContainer): boolean {
  if (container.state !== 'running') return false;
  return container.script.startup === undefined || world.results.startup.get(fullID(container)) === 'Success';
}

function computeKills(world: World): { kills: Kill[]; keep: number; toStart: number } {
  const kills: Kill[] = [];
  const { restartPolicy } = world.scenario;
  let keep = 0;
  let toStart = 0;
  for (const container of world.containers) {
    const counted = isInit(container) ? 0 : 1;
    if (container.state === 'created') {
      toStart += counted;
    } else if (container.state === 'running') {
      const reason = failedProbe(world, container);
      if (reason === undefined) {
        keep += counted;
        continue;
      }
      const restart = container.script.sidecar === true || restartPolicy !== 'Never';
      if (restart) toStart += counted;
      kills.push({ container, restart, reason });
    } else if (
      isRestartable(container, restartPolicy) &&
      !(container.script.init === true && hasSucceeded(container))
    ) {
      toStart += counted;
      if (!container.restartPlanned) planRestart(world, container);
    }
  }
  return { kills, keep, toStart };
}

function failedProbe(world: World, container: RuntimeContainer): string | undefined {
  if (container.script.init === true) return undefined;
  if (world.results.liveness.get(fullID(container)) === 'Failure') return 'liveness';
  if (world.results.startup.get(fullID(container)) === 'Failure') return 'startup';
  return undefined;
}

/** Nothing is left to keep or to start: the pod is killed, sidecars included. */
function killEverything(world: World, kills: Kill[]): void {
  for (const kill of kills) kill.restart = false;
  for (const container of world.containers) {
    if (container.state !== 'running' || kills.some((kill) => kill.container === container)) continue;
    kills.push({ container, restart: false, reason: 'KillPod' });
  }
}

/** Killing blocks the pod worker until the containers are dead, one after the other. */
function carryOut(world: World, kills: readonly Kill[]): void {
  world.setBusy();
  let end = world.now();
  for (const kill of kills) {
    const { container, reason } = kill;
    world.log({ k: 'op', op: `kill:${reason}`, c: container.script.name, id: container.id });
    end += container.script.stopMs;
    world.at(end, () => {
      world.exitContainer(container, container.script.killExitCode);
      if (kill !== kills.at(-1)) return;
      for (const { container: dead, restart } of kills) {
        if (restart && dead.state === 'exited' && !dead.restartPlanned) planRestart(world, dead);
      }
      world.setIdle();
    });
  }
}

function planRestart(world: World, container: RuntimeContainer): void {
  const { restartDelayMs, backoffSyncMs } = container.script;
  if (restartDelayMs === 0) {
    world.startContainer(container);
    return;
  }
  container.restartPlanned = true;
  world.at(world.now() + restartDelayMs, () => {
    if (!world.terminating && container.state === 'exited') world.startContainer(container);
  });
  if (backoffSyncMs <= 0) return;
  world.at(world.now() + backoffSyncMs, () => {
    if (container.state !== 'exited' || world.terminating) return;
    container.inBackoff = true;
    world.request();
  });
}

function scheduleStart(world: World, container: RuntimeContainer): void {
  if (container.state !== 'created' || container.startScheduled) return;
  container.startScheduled = true;
  if (container.script.startMs < 0) return;
  world.at(world.now() + container.script.startMs, () => {
    if (!world.terminating && container.state === 'created') world.startContainer(container);
  });
}

function fullID(container: RuntimeContainer): string {
  return `test://${container.id}`;
}
