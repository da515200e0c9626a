import type { ContainerCommand } from './port.ts';

/** What every container of a test has that asks for nothing in particular. */
export const PLAIN_CONTAINER = {
  attempt: 0,
  role: 'app',
  env: [],
  mounts: [],
  ports: [],
  security: { addCapabilities: [], dropCapabilities: [] },
  resources: {},
  terminationMessagePath: '/dev/termination-log',
} as const satisfies Partial<ContainerCommand>;
