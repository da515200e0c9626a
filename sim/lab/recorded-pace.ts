import type { DeploymentStatus } from '../controllers/deployment-conditions.ts';
import type { DeletionRequest, ReplicaSetOptions } from '../controllers/replica-set.ts';
import type { Forgets } from '../kube/events/event-aggregator.ts';

export type PacedController = 'endpointslice' | 'endpoints' | 'deployment' | 'replicaset';

/** What a run that repeats a recorded one is told of the API server and the controllers; undefined: as usual. */
export interface RecordedPace {
  /** Ms until a controller takes up `namespace/name`. */
  controllerLatencyMs?: (controller: PacedController, key: string) => number | undefined;
  /** Ms until the API has the next write of an endpoints controller about a service. */
  controllerSentMs?: (controller: PacedController, key: string) => number | undefined;
  /** Whether the EndpointSlice controller's watch is faster than its own write's answer. */
  hearsOwnSliceFirst?: (key: string) => boolean;
  /** The uid of a new object. */
  uid?: (kind: string, name: string, drawn: string) => string;
  /** Ms between the mark and the removal of a pod that is deleted without grace. */
  removalMs?: (pod: { name: string }) => number | undefined;
  /** What the deletion of a pod that its ReplicaSet asks for takes. */
  deletion?: (pod: { name: string }) => DeletionRequest | undefined;
  /** Whether the Deployment controller's next status of `namespace/name` meets a newer version than it knows. */
  refusesStatus?: (key: string, status: DeploymentStatus) => boolean;
  /** Which message a recorder forgets when it combines similar events: client-go drops whichever Go's map yields first. */
  forgets?: Forgets;
  /** Ms until the API has the status of the ReplicaSet `namespace/name`. */
  setStatusMs?: (key: string) => number | undefined;
}

const USUAL_LATENCY_MS = 2;

interface Paced {
  latencyMs?: (key: string) => number;
  sentMs?: (key: string) => number | undefined;
}

/** One controller's pace. */
export function paceOf({ controllerLatencyMs, controllerSentMs }: RecordedPace, controller: PacedController): Paced {
  return {
    ...(controllerLatencyMs && { latencyMs: (key) => controllerLatencyMs(controller, key) ?? USUAL_LATENCY_MS }),
    ...(controllerSentMs && { sentMs: (key) => controllerSentMs(controller, key) }),
  };
}

export function paceOfSets({
  controllerLatencyMs,
  deletion,
  setStatusMs,
}: RecordedPace): Pick<ReplicaSetOptions, 'latencyMs' | 'deletion' | 'statusMs'> {
  return {
    ...paceOf({ ...(controllerLatencyMs && { controllerLatencyMs }) }, 'replicaset'),
    ...(deletion === undefined ? {} : { deletion: ({ metadata }) => deletion(metadata) }),
    ...(setStatusMs === undefined ? {} : { statusMs: setStatusMs }),
  };
}
