import { pilotAgent } from '../istio/pilot-agent.ts';
import type { ImageDescription } from './image.ts';

/** Istio's sidecar, of which only the agent's answers to probes are there. */
export const istio: ImageDescription = {
  names: ['istio/proxyv2'],
  entrypoint: ['/usr/local/bin/pilot-agent'],
  sizeBytes: 98_000_000,
  programs: { '/usr/local/bin/pilot-agent': { kind: 'program', program: pilotAgent } },
  shell: false,
};
