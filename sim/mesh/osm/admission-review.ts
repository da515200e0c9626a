import { parse as parseYaml } from 'yaml';
import { goJsonText } from '../../core/go-json-text.ts';
import { toBase64 } from '../../kube/base64.ts';
import { throughGo } from './go-json.ts';
import { parseGoJson } from './go-json-syntax.ts';
import { GoJsonError, jsonKind } from './go-json-values.ts';
import { trimSpace } from './go-strings.ts';
import { type GoType, goStructs } from './go-types.ts';
import type { MutateResult, OsmInjector } from './injector.ts';
import { jsonPatch } from './json-patch.ts';
import type { NamespaceView } from './sidecar-injection.ts';

/** What OSM decodes of an AdmissionReview. Models k8s.io/api v0.26 admission/v1. */
const STRUCTS = goStructs(
  `
AdmissionReview: TypeMeta>kind string, TypeMeta>apiVersion string, request *AdmissionRequest
AdmissionRequest: uid! string:types.UID, kind GroupVersionKind, resource GroupVersionResource, subResource string, requestKind *GroupVersionKind, requestResource *GroupVersionResource, requestSubResource string, name string, namespace string, operation! string:v1.Operation, userInfo UserInfo, object RawExtension, oldObject RawExtension, dryRun *bool, options RawExtension
GroupVersionKind: group! string, version! string, kind! string
GroupVersionResource: group! string, version! string, resource! string
UserInfo: username string, uid string, groups []string, extra {}ExtraValue
Kind: kind string, apiVersion string
`,
  26,
);
const REVIEW: GoType = { kind: 'struct', name: 'v1.AdmissionReview', type: 'AdmissionReview' };
const KIND_STRUCT =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

interface AdmissionReview {
  kind?: string;
  apiVersion?: string;
  request?: { uid: string; namespace?: string; object?: unknown; dryRun?: boolean | null };
}

export interface HttpAnswer {
  status: number;
  contentType: string;
  body: string;
}

/**
 * The injector's HTTP handler for `/mutate-pod-creation`: an AdmissionReview in, one out. A denial lacks the request's
 * uid, as OSM's do. `namespaceOf` is the injector's informer. Never throws for what a client sends.
 * Models openservicemesh/osm v1.1 pkg/injector/webhook.go podCreationHandler; the syntax errors of YAML bodies are worded
 * by another parser than Go's.
 */
export function answerAdmissionReview(
  injector: OsmInjector,
  request: { contentType: string; body: string },
  namespaceOf: (name: string) => NamespaceView,
): HttpAnswer {
  if (request.contentType !== 'application/json') {
    return httpError(415, `Invalid content type ${request.contentType}; Expected application/json`);
  }
  if (request.body === '') return httpError(400, 'empty request admission request body');
  const { review, error } = decodeReview(request.body);
  const response = error === undefined ? respond(injector, review, namespaceOf) : denial(error);
  const typeMeta = {
    ...(review.kind ? { kind: review.kind } : {}),
    ...(review.apiVersion ? { apiVersion: review.apiVersion } : {}),
  };
  return { status: 200, contentType: 'text/plain; charset=utf-8', body: goJsonText({ ...typeMeta, response }) };
}

function respond(
  injector: OsmInjector,
  { request }: AdmissionReview,
  namespaceOf: (name: string) => NamespaceView,
): unknown {
  if (request === undefined) return denial('nil admission request');
  const { uid, object, dryRun } = request;
  // Without an object there are no bytes to decode.
  const pod = object === undefined || object === null ? { raw: '' } : { object };
  const namespace = namespaceOf(request.namespace ?? '');
  const result: MutateResult = injector.mutate({ ...pod, namespace, dryRun: dryRun ?? false });
  if (!result.allowed) return denial(result.message);
  if (result.object === undefined) return { uid, allowed: true };
  const patch = toBase64(goJsonText(jsonPatch(object, result.object)));
  return { uid, allowed: true, patch, patchType: 'JSONPatch' };
}

function denial(message: string): unknown {
  return { uid: '', allowed: false, status: { metadata: {}, message } };
}

/** Models apimachinery's UniversalDeserializer on a type it does not know. What was decoded before an error stays. */
function decodeReview(body: string): { review: AdmissionReview; error: string | undefined } {
  try {
    const value = readBody(body);
    checkKind(value);
    const decoded = throughGo(value, REVIEW, STRUCTS, 'exact');
    return { review: decoded.value as AdmissionReview, error: decoded.error };
  } catch (error) {
    if (!(error instanceof GoJsonError)) throw error;
    return { review: {}, error: error.message };
  }
}

/** What begins with a brace is JSON, anything else YAML. */
function readBody(body: string): unknown {
  if (trimSpace(body).startsWith('{')) {
    try {
      return parseGoJson(body);
    } catch (error) {
      throw new GoJsonError(kindError((error as Error).message));
    }
  }
  try {
    return parseYaml(body, { logLevel: 'error', uniqueKeys: false });
  } catch (error) {
    throw new GoJsonError(`yaml: ${(error as Error).message.split('\n')[0]}`);
  }
}

function checkKind(value: unknown): void {
  if (value === null || value === undefined) return;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new GoJsonError(kindError(`json: cannot unmarshal ${jsonKind(value)} into Go value of type ${KIND_STRUCT}`));
  }
  const { error } = throughGo(value, { kind: 'struct', name: KIND_STRUCT, type: 'Kind' }, STRUCTS);
  // The struct has no name in Go.
  if (error !== undefined) throw new GoJsonError(kindError(error.replace('field Kind.', 'field .')));
}

function kindError(cause: string): string {
  return `couldn't get version/kind; json parse error: ${cause}`;
}

function httpError(status: number, message: string): HttpAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${message}\n` };
}
