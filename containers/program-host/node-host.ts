import { networkInterfaces } from 'node:os';
import { WallClock } from '../../sim/core/wall-clock.ts';
import type { ProgramHost } from '../../sim/programs/host.ts';
import { listenAds } from './ads.ts';
import { execCommand, spawnChild } from './children.ts';
import { dialTcp, request, sendUdp } from './client.ts';
import { nodeFiles } from './files.ts';
import { listenGrpc } from './grpc-health.ts';
import { listenHttp } from './http-server.ts';
import { OOM_MARK } from './oom-mark.ts';
import { listenTcp, listenUdp } from './socket-servers.ts';
import { dialUnix, listenUnix } from './unix-sockets.ts';

export interface NodeHostOptions {
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** How many times faster than the wall the program's clock goes. Default 1. */
  timeScale?: number;
  /** Ends the process; replaced in tests. Default `process.exit`. */
  exit?(code: number): void;
  write?(stream: 'stdout' | 'stderr', text: string): void;
}

export interface NodeHost extends ProgramHost {
  /** Hands a patch to the program; patches that come before it listens are kept. */
  steer(patch: Readonly<Record<string, unknown>>): void;
  /** Hands a signal to the program, or does what the kernel would without a handler. */
  signal(name: HandledSignal): void;
}

export const HANDLED_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'] as const;
export type HandledSignal = (typeof HANDLED_SIGNALS)[number];

const SIGNAL_NUMBER = { SIGHUP: 1, SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGUSR1: 10, SIGSEGV: 11, SIGTERM: 15 } as const;

/**
 * A ProgramHost over real sockets, files and processes. Signals have their default effect also for PID 1 of a
 * container, where the kernel would drop them: a program must not behave otherwise than on a machine.
 */
export function createNodeHost(options: NodeHostOptions): NodeHost {
  const exit = options.exit ?? ((code: number) => process.exit(code));
  const write = options.write ?? ((stream, text) => void process[stream].write(text));
  const signals = new Map<HandledSignal, () => void>();
  const held: Buffer[] = [];
  const early: Readonly<Record<string, unknown>>[] = [];
  let onSteer: ((patch: Readonly<Record<string, unknown>>) => void) | undefined;
  return {
    clock: scaledClock(options.timeScale ?? 1),
    args: options.args,
    env: options.env,
    podIP: options.env.POD_IP || ownAddress(),
    files: nodeFiles,
    random: Math.random,
    listenTcp,
    listenHttp,
    listenGrpc,
    listenAds,
    listenUdp,
    dialTcp,
    request,
    sendUdp,
    dialUnix,
    listenUnix,
    spawn: (child) => spawnChild(child, options.env),
    exec: (command, done) => execCommand(command, options.env, done),
    pid: process.pid,
    write,
    onSignal: (name, handler) => void signals.set(name, handler),
    onSteer: (handler) => {
      onSteer = handler;
      for (const patch of early.splice(0)) handler(patch);
    },
    // Filled, since pages that are never written take no memory.
    allocate: (bytes) => void held.push(Buffer.alloc(bytes, 1)),
    exit,
    die: (how) => {
      // PID 1 cannot signal itself. Exit codes say the same: 128 + signal is all that an engine reports.
      if (how === 'OOM') write('stdout', `${OOM_MARK}\n`);
      exit(128 + SIGNAL_NUMBER[how === 'OOM' ? 'SIGKILL' : how]);
    },
    steer: (patch) => {
      if (onSteer === undefined) early.push(patch);
      else onSteer(patch);
    },
    signal: (name) => {
      const handler = signals.get(name);
      if (handler === undefined) exit(128 + SIGNAL_NUMBER[name]);
      else handler();
    },
  };
}

function scaledClock(scale: number): WallClock {
  return new WallClock({
    monotonic: () => performance.now() * scale,
    wall: () => Date.now(),
    setTimeout: (fn, ms) => setTimeout(fn, ms / scale),
    clearTimeout: (handle) => clearTimeout(handle),
  });
}

function ownAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    const found = addresses?.find((address) => address.family === 'IPv4' && !address.internal);
    if (found !== undefined) return found.address;
  }
  return '127.0.0.1';
}
