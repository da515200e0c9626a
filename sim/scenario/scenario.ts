import type { SourceLocation } from '../core/errors.ts';
import type { Manifest } from '../kube/decoding/manifests.ts';
import type { NewObject } from '../kube/store.ts';
import type { AppDescription } from '../programs/app/description.ts';
import type { ScenarioFile } from './schema.ts';

type Spec = ScenarioFile['spec'];
type FileStep = NonNullable<Spec['steps']>[number];
type FileExpectation = NonNullable<Spec['expect']>[number];

/** Something that happens: exactly one of the actions is there. Times in ms. */
export type ScenarioStep = Omit<FileStep, 'apply'> & {
  location: SourceLocation;
  /** Decoded, without defaults. */
  apply?: readonly NewObject[];
};

/** Something that must be so: one of the times, one of the subjects. Times in ms. */
export type Expectation = FileExpectation & { location: SourceLocation };

export type RuntimeName = 'virtual' | 'docker';

/** A scenario, read: durations are milliseconds, manifests are objects, everything optional has its default. */
export interface Scenario {
  name: string;
  /** As the user named it. */
  file: string;
  labels: Readonly<Record<string, string>>;
  description?: string;
  source?: string;
  durationMs: number;
  seed: number;
  kubelet: { version?: string; uptimeMs: number; tlsMax?: '1.2' };
  mesh: NonNullable<Spec['mesh']>;
  /** Decoded, without defaults, in the order of the file. */
  manifests: readonly NewObject[];
  /** The same objects with the places of their fields. */
  sources: readonly Manifest[];
  apps: Readonly<Record<string, AppDescription>>;
  /** By time; steps of equal time in the order of the file. */
  steps: readonly ScenarioStep[];
  expect: readonly Expectation[];
  /** Another image by container or image name; `real`: no stand-in. */
  images: Readonly<Record<string, string>>;
  /** docker: how far moments may be off, besides 10 %. */
  toleranceMs: number;
  runtimes: readonly RuntimeName[];
}

export const DEFAULT_SEED = 1;
export const DEFAULT_UPTIME_MS = 3_600_000;
export const DEFAULT_TOLERANCE_MS = 1000;
/** How long a plain manifest is run. */
export const MANIFEST_DURATION_MS = 60_000;

/** How far a moment may be off in docker: `toleranceMs` + 10 % of it. */
export function toleranceAt(scenario: Pick<Scenario, 'toleranceMs'>): (ms: number) => number {
  return (ms) => scenario.toleranceMs + ms * 0.1;
}
