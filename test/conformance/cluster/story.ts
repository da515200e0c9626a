import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readGolden } from '../golden.ts';

/** What was seen of a container in a pod's status. */
export interface ContainerView {
  name: string;
  state: string;
  ready: boolean;
  started: boolean;
  restarts: number;
  reason?: string;
  exitCode?: number;
  last?: { reason?: string; exitCode?: number };
}

export interface PodEntry {
  t: number;
  op: string;
  pod: string;
  phase: string;
  /** `True`, or `False REASON: MESSAGE`. */
  conditions: Record<string, string>;
  containers: ContainerView[];
  init?: ContainerView[];
  ip: boolean;
  deleting: boolean;
  reason?: string;
  message?: string;
}

export interface EventEntry {
  t: number;
  op: string;
  type: string;
  reason: string;
  /** `Pod/web` */
  object: string;
  fieldPath?: string;
  message: string;
  count: number;
  from: string;
}

export interface ProbeEntry {
  t: number;
  pod: string;
  container: string;
  probe: 'startup' | 'readiness' | 'liveness';
  result: string;
}

export interface EndpointsEntry {
  t: number;
  op: string;
  service: string;
  endpoints: unknown[];
}

export interface WorkloadEntry {
  t: number;
  op: string;
  name: string;
  replicas: number;
  status: Record<string, number>;
  conditions: Record<string, string>;
}

export interface AppEntry {
  t: number;
  pod: string;
  container: string;
  instance: number;
  event?: string;
}

/** One thing that the driver of a recording did, at `t`. */
export type RunStep = { t: number } & Partial<{
  control: { pod: string; port: number; set: Record<string, string> };
  delete: { pods: string[]; gracePeriodSeconds?: number; force?: boolean; now?: boolean; wait?: boolean };
  apply: { manifest: string };
  patch: { kind: string; name: string; patch: unknown };
  patchStatus: { pod: string; condition: Record<string, string> & { type: string } };
  rolloutRestart: { deployment: string };
  rolloutUndo: { deployment: string };
  scale: { deployment: string; replicas: number };
  setArgs: { deployment: string; args: string[] };
  kill: { pod: string; container: string; signal: string };
  kubelet: 'stop' | 'start';
}>;

/** A recording of a real node: a folder with manifest.yaml, story.json and kubectl's texts. Times in seconds. */
export interface Story {
  name: string;
  namespace: string;
  run: RunStep[];
  /** What the recorder noted of itself. */
  steps?: { t: number; what: string }[];
  duration: number;
  textOffset: number;
  syncs: { t: number; pod: string; kind?: string }[];
  snapshots: { t: number; name: string }[];
  events: EventEntry[];
  pods: PodEntry[];
  probes: ProbeEntry[];
  app: AppEntry[];
  endpointslices?: EndpointsEntry[];
  endpoints?: EndpointsEntry[];
  deployments?: WorkloadEntry[];
  replicasets?: WorkloadEntry[];
  /** manifest.yaml */
  manifest: string;
  /** kubectl's texts by file name without `.txt`. */
  texts: Map<string, string>;
}

/** What a namespace that is seconds old says of its pods' volumes: not to be reproduced. */
export const NEW_NAMESPACE = 'failed to sync configmap cache: timed out waiting for the condition';

/** Reads a recording; any of its files may be packed (`.gz`). */
export function readStory(folder: string): Story {
  const read = (file: string) =>
    readGolden(existsSync(join(folder, file)) ? join(folder, file) : join(folder, `${file}.gz`));
  const texts = new Map<string, string>();
  for (const file of readdirSync(folder).sort()) {
    const match = /^(.+)\.txt(?:\.gz)?$/.exec(file);
    if (match?.[1] !== undefined) texts.set(match[1], readGolden(join(folder, file)));
  }
  const story = JSON.parse(read('story.json')) as Story;
  // A namespace that is seconds old has no root certificate yet; the recorder's namespaces were.
  const events = story.events.filter(({ message }) => !message.endsWith(NEW_NAMESPACE));
  return { ...story, events, name: story.name ?? basename(folder), manifest: read('manifest.yaml'), texts };
}

/** True for a folder that holds a recording. */
export function isStory(folder: string): boolean {
  return existsSync(join(folder, 'story.json')) || existsSync(join(folder, 'story.json.gz'));
}

/** The wall clock at t = 0: a container's start is known in whole seconds of it. */
export function epochOf(story: Story): number {
  for (const text of story.texts.values()) {
    const match = /^# (\S+Z) rel=([\d.]+)/m.exec(text);
    if (match?.[1] !== undefined) {
      return Math.round(
        Date.parse(match[1].replace(/(\.\d{3})\d*Z/, '$1Z')) - (Number(match[2]) - story.textOffset) * 1000,
      );
    }
  }
  return Date.UTC(2026, 10, 21, 10);
}
