import type { SourceLocation } from '../../core/errors.ts';
import type { FieldPath } from '../../kube/decoding/decode-object.ts';
import type { Container, PodSpec, Service } from '../../kube/objects.ts';

export type RuleLevel = 'error' | 'warning';

/** A pod specification under check, wherever it stands: with its defaults, and with the place of its fields. */
export interface RuleSubject {
  /** `deployment/web`. */
  object: string;
  kind: string;
  metadata: {
    namespace: string;
    labels: Readonly<Record<string, string>>;
    annotations: Readonly<Record<string, string>>;
  };
  spec: PodSpec;
  /** The object's own specification, above the pod's: `progressDeadlineSeconds`. */
  owner: Readonly<Record<string, unknown>>;
  /** Services of all the files. */
  services: readonly Service[];
  /** How long the app of a container takes to come up, ms: its annotation `probelab.dev/startup`, if it says. */
  startupMs: number | undefined;
}

/** What a rule has to say about a place below the pod's specification, or below the object's with `ofOwner`. */
export interface RuleFinding {
  path: FieldPath;
  ofOwner?: boolean;
  container?: string;
  /** Facts with their numbers, one or two sentences. */
  message: string;
}

/** One rule: what it is about, and what it finds. */
export interface Rule {
  /** Stable; `--explain ID`, `--ignore ID`, annotation `probelab.dev/ignore`. */
  id: string;
  level: RuleLevel;
  title: string;
  why: string;
  example: string;
  fix: string;
  find(subject: RuleSubject): RuleFinding[];
}

/** A finding with all that a report needs. */
export interface Finding {
  rule: string;
  level: RuleLevel;
  object: string;
  container?: string;
  message: string;
  location: SourceLocation;
}

export type ProbeField = 'startupProbe' | 'livenessProbe' | 'readinessProbe';

/** The containers of a pod with their places. */
export function eachContainer(spec: PodSpec): { container: Container; path: FieldPath }[] {
  return spec.containers.map((container, index) => ({ container, path: ['containers', index] }));
}
