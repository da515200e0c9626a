import type { RuntimeContainer } from './runtime.ts';

export interface KillPlan {
  kills: { container: RuntimeContainer; atMs: number }[];
  /** When the last container is dead. */
  endMs: number;
}

/** Regular containers stop together, then the sidecars, the last first. Emulates the termination order of killPod. */
export function planKills(containers: readonly RuntimeContainer[], startMs: number): KillPlan {
  const running = containers.filter(({ state }) => state === 'running');
  const together = running.filter(({ script }) => script.sidecar !== true);
  const sidecars = running.filter(({ script }) => script.sidecar === true);
  const kills = together.map((container) => ({ container, atMs: startMs + container.script.stopMs }));
  let endMs = Math.max(startMs, ...kills.map(({ atMs }) => atMs));
  for (const container of sidecars.reverse()) {
    endMs += container.script.stopMs;
    kills.push({ container, atMs: endMs });
  }
  return { kills, endMs };
}
