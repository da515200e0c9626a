import { LabError, LabErrors } from '../sim/core/errors.ts';

/** Exit codes of the command: documented, stable. */
export const EXIT = {
  ok: 0,
  /** An expectation failed, or a check found something. */
  failed: 1,
  /** An invariant of the simulator is broken: our bug. */
  broken: 2,
  usage: 64,
  badData: 65,
  unavailable: 69,
  timeout: 124,
  interrupted: 130,
} as const;

const UNAVAILABLE =
  /^(DOCKER_|RUNTIME_|ENGINE_|IMAGES?_(?!UNKNOWN)|BASE_IMAGE|ENVOY_UNAVAILABLE|NACOS_SDK_UNAVAILABLE|NO_FREE_SUBNET|KUBECTL_|CLUSTER_)/;
const USAGE = /^(USAGE|IMAGE_UNKNOWN|UNKNOWN_RESOURCE|NOT_FOUND|NO_RUN)/;

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof LabErrors) return worst(error.errors.map(exitCodeOf));
  if (!(error instanceof LabError) || error.fault === 'system') return EXIT.broken;
  if (error.code === 'INTERRUPTED' || error.code === 'RUN_ABORTED') return EXIT.interrupted;
  if (/^(WALL_CLOCK|TIMEOUT)/.test(error.code)) return EXIT.timeout;
  if (UNAVAILABLE.test(error.code)) return EXIT.unavailable;
  return USAGE.test(error.code) ? (error.code === 'NOT_FOUND' ? EXIT.failed : EXIT.usage) : EXIT.badData;
}

const ORDER: readonly number[] = [
  EXIT.interrupted,
  EXIT.broken,
  EXIT.unavailable,
  EXIT.timeout,
  EXIT.badData,
  EXIT.usage,
  EXIT.failed,
  EXIT.ok,
];

/** The code that decides if several apply. */
export function worst(codes: readonly number[]): number {
  return ORDER.find((code) => codes.includes(code)) ?? EXIT.ok;
}
