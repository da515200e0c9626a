import type { ClientOutcome, ClientRequest, ProgramHost } from '../../sim/programs/host.ts';

/** Before a line on stdout that the runtime takes for itself: how a request went that it had asked for. */
const MARK = '\0probelab:request ';
/** So much of an answer's body travels with it. */
const MAX_BODY_BYTES = 1024;

/** A line of steering that asks the program's process for a request of its own. */
export interface RequestPatch {
  request: ClientRequest & { id: string };
}

export function isRequestPatch(patch: object): patch is RequestPatch {
  const { request } = patch as Partial<RequestPatch>;
  return typeof request === 'object' && request !== null && typeof request.id === 'string';
}

/** Sends it from this process, as the program would, and tells the runtime what came back. */
export function sendOwnRequest(host: Pick<ProgramHost, 'request' | 'write'>, { request }: RequestPatch): void {
  const { id, ...options } = request;
  host.request(options, (outcome) => host.write('stdout', `${MARK}${JSON.stringify({ id, ...plain(outcome) })}\n`));
}

function plain(outcome: ClientOutcome): object {
  if (outcome.kind === 'failed') return outcome;
  return { ...outcome, body: Buffer.from(outcome.body.subarray(0, MAX_BODY_BYTES)).toString('base64') };
}

/** What such a line says; undefined for a line of the program's. */
export function readRequestLine(line: string): { id: string; outcome: ClientOutcome } | undefined {
  if (!line.startsWith(MARK)) return undefined;
  try {
    const { id, body, ...outcome } = JSON.parse(line.slice(MARK.length));
    const answer = body === undefined ? outcome : { ...outcome, body: new Uint8Array(Buffer.from(body, 'base64')) };
    return { id, outcome: answer };
  } catch {
    return undefined;
  }
}
