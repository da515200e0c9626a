import { formatUrl, showUrl } from '../../../sim/kubelet/prober/format-url.ts';
import { requestTarget } from '../../../sim/kubelet/prober/go-url.ts';
import { resolveContainerPort } from '../../../sim/kubelet/prober/probe-port.ts';
import type { PlayedCase } from './play.ts';
import { KINDS, type RecordedCase } from './recorded-case.ts';

/** A recorded case beside what we made of it; texts with what differs from run to run masked, as in the recording. */
export interface Comparison {
  expected: Record<string, unknown>;
  got: Record<string, unknown>;
}

/** `requests`: raw requests by target, of all cases, as the recorder kept them. */
export function compare(
  recorded: RecordedCase,
  played: PlayedCase,
  requests: ReadonlyMap<string, readonly string[]>,
): Comparison {
  const expected: Record<string, unknown> = {};
  const got: Record<string, unknown> = {};
  const both = (field: string, want: unknown, have: unknown) => {
    expected[field] = mask(want);
    got[field] = mask(have);
  };
  // Without a handler the recorder had no handler to call: it noted a result of its own.
  if (Object.keys(recorded.probe).some((key) => HANDLERS.has(key) && recorded.probe[key as 'exec'] != null)) {
    both('result', recorded.result, played.result);
    both('output', recorded.output, played.output);
    both('err', recorded.err, played.err);
  }
  for (const kind of KINDS) {
    both(`events.${kind}`, recorded.events[kind], played.events[kind]);
    both(`kubeletResult.${kind}`, recorded.kubeletResult[kind], played.kubeletResult[kind]);
  }
  if (recorded.exec?.commandReceived !== undefined) {
    both('commandReceived', recorded.exec.commandReceived, played.commandReceived);
  }
  if (recorded.url !== undefined) both('url', recorded.url, urlOf(recorded)?.text);
  if (recorded.rawRequest !== undefined) {
    // The recorder kept the first request for a path; several cases may share one.
    const all = requests.get(urlOf(recorded)?.target ?? '') ?? [];
    const same = all.find((raw) => raw === recorded.rawRequest);
    if (same !== undefined || isOwnRequest(recorded)) both('rawRequest', recorded.rawRequest, same ?? all[0]);
  }
  return { expected, got };
}

/** Whether the request is one for the host that the case names; another is of a case that this file may lack. */
function isOwnRequest(recorded: RecordedCase): boolean {
  if (recorded.probe.httpGet?.httpHeaders?.some(({ name }) => name.toLowerCase() === 'host')) return true;
  const host = /^Host: (.*)\r$/m.exec(recorded.rawRequest ?? '')?.[1];
  return recorded.url === undefined || host === /^\w+:\/\/(?:[^@/]*@)?([^/?#]*)/.exec(recorded.url)?.[1];
}

const HANDLERS = new Set(['httpGet', 'tcpSocket', 'grpc', 'exec']);

/** The URL of an httpGet, undefined if it is none. */
export function urlOf({ probe, ports, podIP }: RecordedCase): { text: string; target: string } | undefined {
  const action = probe.httpGet;
  const port = resolveContainerPort(action?.port, ports === undefined ? {} : { ports });
  if (action == null || 'error' in port) return undefined;
  try {
    const url = formatUrl((action.scheme || 'http').toLowerCase(), action.host || podIP, port.port, action.path ?? '');
    return { text: showUrl(url), target: requestTarget(url) };
  } catch {
    return undefined;
  }
}

/** Ephemeral ports, and the pod that a message names: the recorder numbered its pods. */
function mask(value: unknown): unknown {
  if (typeof value === 'string') {
    return value
      .replaceAll(/(127\.0\.0\.1|\[::1\]):[3-6]\d{4}->/g, '127.0.0.1:<ephemeral>->')
      .replaceAll(/\S+_default\([^)]*\):c$/g, '<pod>:c');
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mask(inner)]));
}
