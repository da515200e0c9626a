import type { AppDescription } from '../app/description.ts';
import type { Program } from '../host.ts';

/**
 * A program in an image: one of ours, a described app made of the arguments, or something that only the runtime can
 * be (`envoy`, `iptables-restore`, `pause`; real ones where containers are real).
 */
export type ImageProgram =
  | { kind: 'app'; describe(args: readonly string[], env: Readonly<Record<string, string>>): AppDescription }
  | { kind: 'program'; program: Program }
  | { kind: 'native'; name: 'envoy' | 'iptables' | 'iptables-restore' | 'pause' };

/** What an image is made of, as far as a pod can tell. Data: one file an image in this folder. */
export interface ImageDescription {
  /** Names it answers to: a repository means every tag, `name:tag` that one only. */
  names: readonly string[];
  entrypoint: readonly string[];
  /** Arguments if the container gives neither command nor arguments. */
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** The user it runs as. Default 0. */
  user?: number;
  workingDir?: string;
  /** Bytes that a pull reports. */
  sizeBytes: number;
  /** By absolute path. */
  programs: Readonly<Record<string, ImageProgram>>;
  /** True if it has a shell and busybox's commands. */
  shell: boolean;
  /** Files that are in the image. */
  files?: Readonly<Record<string, string>>;
  /** Of an image on the node from the start, as in the recordings. Default false: it is pulled. */
  preloaded?: boolean;
}
