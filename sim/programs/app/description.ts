import type { CallDescription } from '../registry-client/caller.ts';
import type { RegistryDescription } from '../registry-client/registration.ts';

/**
 * How an app behaves: the body of `spec.apps.<name>` in a scenario, and what an image of the catalogue is made of.
 * Durations are milliseconds here; a scenario file writes Go durations.
 */
export interface AppDescription {
  /** From process start to listening, unless a server says otherwise. Default 0. */
  startup?: number;
  servers?: readonly ServerDescription[];
  /** What an exec'd command gives, by command line; without an entry a small shell is interpreted. */
  exec?: readonly ExecDescription[];
  /** Files that are there when the process starts, or for a time. */
  files?: readonly FileDescription[];
  /** How it takes SIGTERM. Default: exits 0 at once. */
  termination?: TerminationDescription;
  /** Ends by itself. */
  exit?: { after: number; code: number; signal?: 'SIGSEGV' | 'SIGABRT' | 'OOM'; log?: readonly string[] };
  /** Memory it takes at a time after start; over the container's limit the kernel kills it. */
  memory?: readonly { at: number; bytes: number }[];
  /** How it joins a Nacos registry, and leaves it. */
  registry?: RegistryDescription;
  /** Whom it calls, again and again. */
  calls?: readonly CallDescription[];
  /** Lines written at a time after start. */
  logs?: readonly { at: number; line: string; stream?: 'stdout' | 'stderr' }[];
}

export interface ServerDescription {
  port: number;
  protocol: 'http' | 'https' | 'tcp' | 'grpc';
  /** Default: every address. `127.0.0.1`: reachable from within the pod only. */
  address?: string;
  /** From process start to listening on this port; default the app's `startup`. */
  startup?: number;
  /** Listens only in these windows, counted from process start. Default: always. */
  listening?: readonly Window[];
  /** http, https: first match wins; a path not listed answers 404 (`routes` absent: 200 for every path). */
  routes?: readonly RouteDescription[];
  /** http, https: closes a connection that has been without a request for so long, ms. Default: never. */
  idleTimeout?: number;
  /** tcp: what happens to a connection. Default `accept`. */
  connection?: 'accept' | 'close' | 'reset' | 'silent';
  /** grpc: health by service, `""` is the server as a whole. Default: every service SERVING. */
  health?: Readonly<Record<string, GrpcHealthDescription>>;
}

export interface GrpcHealthDescription {
  status?: 'UNKNOWN' | 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';
  /** A gRPC status code (`Unimplemented`) instead of an answer. */
  code?: string;
  message?: string;
  delay?: number;
  hang?: boolean;
}

/** Counted from process start, ms. */
export interface Window {
  from?: number;
  until?: number;
}

export interface RouteBehaviour {
  status?: number;
  body?: string;
  headers?: Readonly<Record<string, string>>;
  /** Before the answer, ms. */
  delay?: number;
  /** Never answers. */
  hang?: boolean;
  /** TCP RST instead of an answer. */
  reset?: boolean;
  /** Closes without an answer. */
  close?: boolean;
  /** Announces a longer body than it sends. */
  truncate?: boolean;
}

export interface RouteDescription extends RouteBehaviour {
  /** Exact path, or with a trailing `*` a prefix. */
  path: string;
  method?: string;
  /** What it does instead within a window; the last window that holds wins. */
  windows?: readonly (Window & RouteBehaviour)[];
}

export interface ExecDescription extends Window {
  /** The command line, words joined by a blank; a trailing `*` makes it a prefix. */
  command: string;
  exitCode?: number;
  stdout?: string;
  stderr?: string;
  /** How long it takes, ms. */
  duration?: number;
}

export interface FileDescription extends Window {
  path: string;
  content?: string;
}

export interface TerminationDescription {
  /** From SIGTERM to exit, ms. */
  delay?: number;
  /** SIGTERM is ignored: only SIGKILL ends it. */
  ignore?: boolean;
  /** Closes its ports, lets requests in progress end (however long they take), then ends. */
  graceful?: boolean;
  exitCode?: number;
  /** Goes on answering, but these paths with 503. */
  unready?: readonly string[];
  /** Written to the termination message path. */
  message?: string;
  /** That path, if it is not the default `/dev/termination-log`. */
  messagePath?: string;
}

/**
 * The body of an `app` step: any part of the description changes for the running instance and for later ones of the
 * same container. `server` (a port) and `path`/`service` say which part; the rest is the new behaviour.
 */
export interface AppPatch extends RouteBehaviour {
  server?: number;
  path?: string;
  /** grpc: the service whose health changes; `grpc` its new status. */
  service?: string;
  grpc?: GrpcHealthDescription['status'];
  /** Opens or closes the server's port. */
  listening?: boolean;
  /** Files that appear or go. */
  files?: Readonly<Record<string, string | null>>;
  /** The process exits now with this code. */
  exit?: number;
  /** The process dies now as the kernel would end it. */
  die?: 'SIGKILL' | 'SIGSEGV' | 'SIGABRT' | 'OOM';
  termination?: TerminationDescription;
  /** Only the running instance changes; the next one starts as described. Default false. */
  instanceOnly?: boolean;
}
