import type { ClientOutcome } from '../../sim/programs/host.ts';
import type { ContainerRequest, ExecCommand, RuntimeEvent } from '../../sim/runtime/port.ts';

/** Where the image of our programs has its Node. */
const NODE = '/opt/probelab/bin/node';
/** Node itself takes a moment. */
const START_MS = 5000;

/** Runs in the container: sends the request that its argument describes, prints what came back as JSON. */
const SCRIPT = `
const http = require('node:http');
const { host, port, method, target, headers, timeoutMs } = JSON.parse(process.argv[1]);
const end = (outcome) => { process.stdout.write(JSON.stringify(outcome)); process.exit(0); };
const cause = ({ code, message }) =>
  code === 'ECONNREFUSED' ? 'refused' : code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'no-such-host'
  : code === 'ETIMEDOUT' ? 'timeout' : code === 'ECONNRESET' ? (message.includes('hang up') ? 'eof' : 'reset') : 'other';
setTimeout(() => end({ kind: 'failed', cause: 'timeout' }), timeoutMs);
http.request({ agent: false, host, port, method, path: target, headers: Object.fromEntries(headers) }, (response) => {
  const chunks = [];
  response.on('data', (chunk) => chunks.push(chunk));
  response.on('error', (error) => end({ kind: 'failed', cause: cause(error), detail: error.message }));
  response.on('end', () => end({
    kind: 'response', status: response.statusCode, headers: Object.entries(response.headers),
    body: Buffer.concat(chunks).subarray(0, 10240).toString('base64'),
  }));
}).on('error', (error) => end({ kind: 'failed', cause: cause(error), detail: error.message })).end();
`;

/** The exec that sends a request from within a container which has our Node. */
export function requestCommand(id: string, containerID: string, { request }: ContainerRequest): ExecCommand {
  const { timeoutMs = 30_000 } = request;
  const argument = JSON.stringify({ ...request, headers: request.headers ?? [], timeoutMs });
  return { id, containerID, command: [NODE, '-e', SCRIPT, argument], timeoutMs: timeoutMs + START_MS };
}

/** What the exec's end says of the request. */
export function requestOutcome(event: Extract<RuntimeEvent, { type: 'exec-ended' }>): ClientOutcome {
  try {
    const { body, ...outcome } = JSON.parse(event.stdout);
    return body === undefined ? outcome : { ...outcome, body: new Uint8Array(Buffer.from(body, 'base64')) };
  } catch {
    return { kind: 'failed', cause: 'other', detail: event.stderr || `the client ended with ${event.exitCode}` };
  }
}
