import { LabError } from '../core/errors.ts';
import type { RequestFact } from '../kube/fact.ts';
import { PODS, type Pod, SERVICES } from '../kube/objects.ts';
import { podRef } from '../kubelet/pod-ref.ts';
import type { Lab } from '../lab.ts';
import { ENVOY_CONTAINER, HEALTHCHECK_CONTAINER } from '../mesh/osm/constants.ts';
import type { HttpOutcome } from '../runtime/transport.ts';
import type { ScenarioStep } from '../scenario/scenario.ts';
import { podNameMatches } from './resource-name.ts';
import { readyEndpoints } from './service-directory.ts';
import { stepWithoutTarget } from './step-error.ts';

type RequestBody = NonNullable<ScenarioStep['request']>;

const DEFAULT_TIMEOUT_MS = 1000;
const DEFAULT_CLIENT = 'client';

/**
 * A client sends a request now, or again and again until `until` (run time) or `endMs`.
 * Throws LabError `STEP_WITHOUT_TARGET` if the first cannot be sent; a later one that cannot is a request that failed.
 */
export function requestStep(lab: Lab, body: RequestBody, endMs: number): void {
  if (body.service === undefined && body.pod === undefined) {
    throw new LabError('STEP_WITHOUT_TARGET', 'the request names neither a service nor a pod', {
      hint: 'Write service: NAME or pod: NAME.',
    });
  }
  const until = body.until ?? endMs;
  let turn = 0;
  const send = () => {
    if (body.from === undefined) sendOne(lab, body, turn++);
    else sendFromPod(lab, body, body.from);
  };
  const goOn = () => {
    if (body.every === undefined || lab.clock.now() + body.every > until) return;
    lab.clock.setTimeout(() => {
      try {
        send();
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        record(lab, body, lab.clock.now(), { error: error.message });
      }
      goOn();
    }, body.every);
  };
  send();
  goOn();
}

function record(
  lab: Lab,
  body: RequestBody,
  startedAt: number,
  outcome: Pick<RequestFact, 'pod' | 'status' | 'error'>,
): void {
  const target = body.service === undefined ? `pod/${body.pod}` : `service/${body.service}`;
  lab.history.record({ kind: 'request', client: body.client ?? DEFAULT_CLIENT, target, ...outcome, startedAt });
}

function sendOne(lab: Lab, body: RequestBody, turn: number): void {
  const target = chooseTarget(lab, body, turn);
  const startedAt = lab.clock.now();
  if (target === undefined) {
    record(lab, body, startedAt, { error: 'no ready endpoint' });
    return;
  }
  const { pod, ip, port } = target;
  lab.runtime.transport.http(
    {
      scheme: 'http',
      host: ip,
      port,
      method: body.method ?? 'GET',
      target: body.path ?? '/',
      headers: [
        ['Host', `${ip}:${port}`],
        ['User-Agent', body.client ?? DEFAULT_CLIENT],
        ['Accept', '*/*'],
        ['Connection', 'close'],
      ],
      timeoutMs: body.timeout ?? DEFAULT_TIMEOUT_MS,
      maxBodyBytes: 10 * 1024,
    },
    (outcome) => record(lab, body, startedAt, { pod: podRef(pod), ...said(outcome) }),
  );
}

/** The pod's app is the client: name resolution, interception and what a sidecar does to it are its own. */
function sendFromPod(lab: Lab, body: RequestBody, from: string): void {
  const startedAt = lab.clock.now();
  const wanted = from.replace(/^pods?\//, '');
  const client = lab.store.list(PODS).find(({ metadata }) => podNameMatches(wanted, metadata.name));
  const container = client?.spec.containers.find(
    ({ name }) => name !== ENVOY_CONTAINER && name !== HEALTHCHECK_CONTAINER,
  );
  if (client === undefined || container === undefined) throw noSender(`${from} is not there`);
  if (lab.runtime.requestFrom === undefined) throw noSender('this runtime sends no requests from pods');
  const { host, port } = namedTarget(lab, body);
  lab.runtime.requestFrom(
    {
      podUID: client.metadata.uid,
      container: container.name,
      request: {
        scheme: 'http',
        method: body.method ?? 'GET',
        host,
        port,
        target: body.path ?? '/',
        headers: [
          ['Host', `${host}:${port}`],
          ['User-Agent', body.client ?? DEFAULT_CLIENT],
        ],
        timeoutMs: body.timeout ?? DEFAULT_TIMEOUT_MS,
      },
    },
    (outcome) =>
      record(lab, body, startedAt, outcome.kind === 'response' ? { status: outcome.status } : { error: outcome.cause }),
  );
}

/** A Service by its name in the cluster's DNS, a pod by its address. */
function namedTarget(lab: Lab, body: RequestBody): { host: string; port: number } {
  if (body.service === undefined) {
    const found = chooseTarget(lab, body, 0);
    if (found === undefined) throw noSender(`pod ${body.pod} is not there`);
    return { host: found.ip, port: found.port };
  }
  const service = lab.store.list(SERVICES, body.namespace).find(({ metadata }) => metadata.name === body.service);
  if (service === undefined) throw noSender(`service ${body.service} is not there`);
  const { name, namespace } = service.metadata;
  const port = body.port ?? service.spec?.ports?.[0]?.port ?? 80;
  return { host: `${name}.${namespace}`, port };
}

function noSender(what: string): LabError {
  return stepWithoutTarget(`the request cannot be sent: ${what}`);
}

function said(outcome: HttpOutcome): { status?: number; error?: string } {
  if (outcome.kind === 'failed') return { error: outcome.failure.cause };
  return outcome.bodyEnd === 'complete'
    ? { status: outcome.status }
    : { status: outcome.status, error: outcome.bodyEnd };
}

/** A Service's ready endpoints in turn, as its slices say; a pod by its address, ready or not. */
function chooseTarget(lab: Lab, body: RequestBody, turn: number): { pod: Pod; ip: string; port: number } | undefined {
  if (body.service === undefined) {
    const pod = lab.store
      .list(PODS, body.namespace)
      .find(({ metadata }) => podNameMatches(body.pod ?? '', metadata.name));
    const ip = pod?.status.podIP;
    return pod === undefined || ip === undefined ? undefined : { pod, ip, port: body.port ?? firstPort(pod) };
  }
  const service = lab.store.list(SERVICES, body.namespace).find(({ metadata }) => metadata.name === body.service);
  const ready = service === undefined ? [] : readyEndpoints(lab.store, service, body.port);
  const endpoint = ready[turn % ready.length];
  const pod = lab.store.list(PODS).find(({ metadata }) => metadata.uid === endpoint?.podUID);
  return endpoint === undefined || pod === undefined ? undefined : { pod, ip: endpoint.ip, port: endpoint.port };
}

function firstPort(pod: Pod): number {
  return pod.spec.containers.flatMap((container) => container.ports ?? [])[0]?.containerPort ?? 80;
}
