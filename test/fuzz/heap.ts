import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Megabytes of the heap that something still holds on to. */
export function heldMB(): number {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
