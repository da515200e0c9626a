/**
 * How long things take in the virtual runtime, in milliseconds. Small and the same each time, so that a story reads
 * well; the order of magnitude is a real node's (spec of the recordings: a container starts in some 50 ms, an exec costs
 * 60 to 120 ms, a first answer comes within a few ms; Envoy refuses connections for its first ~100 ms).
 */
export interface VirtualLatencies {
  imageStatus: number;
  /** A pull takes this long, plus the image's size over `pullBytesPerMs`. */
  pull: number;
  pullBytesPerMs: number;
  sandbox: number;
  create: number;
  start: number;
  /** Before an exec'd command runs. */
  exec: number;
  /** From a program's call to the start of its child. */
  fork: number;
  /** From a process's end to the event that says so. */
  exit: number;
  /** From a request to its answer by an app that has no delay of its own. */
  response: number;
  /** What a proxy on the way adds. */
  proxyHop: number;
  /** From Envoy's start to its listeners. */
  envoyStart: number;
  /** From Envoy's listeners to the configuration its control plane sends. */
  envoyConfig: number;
  /** An address nobody has: ARP gives up. */
  unreachable: number;
}

export const DEFAULT_LATENCIES: VirtualLatencies = {
  imageStatus: 1,
  pull: 300,
  pullBytesPerMs: 100_000,
  sandbox: 60,
  create: 20,
  start: 30,
  exec: 40,
  fork: 3,
  exit: 5,
  response: 1,
  proxyHop: 1,
  envoyStart: 100,
  envoyConfig: 50,
  unreachable: 3060,
};
