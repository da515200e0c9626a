import type { Guest, VirtualProcess } from '../process.ts';
export function startEnvoy(process: VirtualProcess): Guest {
  return { signal: () => process.end(0) };
}
