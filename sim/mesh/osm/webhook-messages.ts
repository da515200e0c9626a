import { OSM_PORTS, WEBHOOK_NAME, WEBHOOK_PATH } from './constants.ts';

const FAILED = `Internal error occurred: failed calling webhook "${WEBHOOK_NAME}": `;

/**
 * The error a user gets when OSM denies a pod. OSM does not copy the request's uid into a denial, so the API server
 * refuses the answer before it reads the message.
 * Models k8s.io/apiserver v0.36 pkg/admission/plugin/webhook/request VerifyAdmissionResponse and the mutating dispatcher.
 */
export function denialMessage(message: string, uid: string, form: 'faithful' | 'intended'): string {
  if (form === 'intended') return `admission webhook "${WEBHOOK_NAME}" denied the request: ${message}`;
  return `${FAILED}received invalid webhook response: expected response.uid="${uid}", got ""`;
}

/** The error a user gets when nobody answers at the injector's Service: with failurePolicy Fail no pod is created. */
export function callFailed(osmNamespace: string, cause: string): string {
  const url = `https://osm-injector.${osmNamespace}.svc:${OSM_PORTS.injector}${WEBHOOK_PATH}?timeout=20s`;
  return `${FAILED}failed to call webhook: Post "${url}": ${cause}`;
}
