import type { KubeObject, Namespace } from './objects.ts';

/** What the API server asks a mutating webhook about a new object. */
export interface AdmissionRequest {
  uid: string;
  operation: 'CREATE';
  /** The namespace of the request; the object's own may be empty. */
  namespace: string;
  namespaceObject: Namespace | undefined;
  object: KubeObject;
  dryRun: boolean;
}

/** `object` is the mutated one (the very same object if nothing changed). A denial carries the text users see. */
export type AdmissionAnswer = { allowed: true; object: KubeObject } | { allowed: false; message: string };

/** A mutating admission webhook as the API server sees it: who it is for, and what it answers. */
export interface MutatingWebhook {
  readonly name: string;
  admit(request: AdmissionRequest): AdmissionAnswer;
}
