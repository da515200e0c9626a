import { request as httpsRequest } from 'node:https';
import { Random } from '../../../sim/core/random.ts';
import { answerAdmissionReview, type HttpAnswer } from '../../../sim/mesh/osm/admission-review.ts';
import { createOsmInjector } from '../../../sim/mesh/osm/injector.ts';
import { PodDriver } from '../../docker/pod-driver.ts';
import { inContainers } from '../docker-half.ts';
import { casesOf } from '../golden.ts';
import { firstDifference } from '../osm/first-difference.ts';
import type { CaseResult, Suite, SuiteOptions } from '../suite.ts';

/** A line of admission-http.jsonl: an HTTP request to the webhook and its answer. */
interface AdmissionCase extends HttpAnswer {
  name: string;
  request: string;
  requestContentType: string;
}

/** Each case twice: the handler as it is, and as `docker/NAME` the server in its container, over HTTPS. */
export const suite: Suite = {
  name: 'osm-admission',
  about: "OSM's webhook, in this process and over HTTPS: status, content type, body",
  async *run(files, options) {
    yield* playInProcess(files, options);
    yield* playOverHttps(files, options);
  },
};

/** The cases at the handler, without HTTP. */
export function* playInProcess(files: readonly string[], options: SuiteOptions): Generator<CaseResult> {
  for (const item of casesOf<AdmissionCase>(files, options.caseName)) {
    const injector = createOsmInjector({ random: new Random(0) });
    // The recorder's informer lists the namespace of its requests, with injection enabled.
    const namespaceOf = (name: string) => ({
      name,
      monitored: true,
      annotations: { 'openservicemesh.io/sidecar-injection': 'enabled' },
    });
    const request = { contentType: item.requestContentType, body: item.request };
    yield result(item.name, item, answerAdmissionReview(injector, request, namespaceOf), options);
  }
}

/** The cases at a container of osm-injector: its pod's address, port 9090, TLS. */
export function playOverHttps(files: readonly string[], options: SuiteOptions): AsyncGenerator<CaseResult> {
  const items = [...casesOf<AdmissionCase>(files, options.caseName)];
  return inContainers(items, ['pause', 'app'], (these) => playAtInjector(these, options));
}

async function* playAtInjector(items: readonly AdmissionCase[], options: SuiteOptions): AsyncGenerator<CaseResult> {
  const driver = await PodDriver.open();
  try {
    const host = await startInjector(driver);
    for (const item of items) yield result(`docker/${item.name}`, item, await post(host, item), options);
  } finally {
    await driver.dispose();
  }
}

function result(name: string, item: AdmissionCase, actual: HttpAnswer, options: SuiteOptions): CaseResult {
  const expected = { status: item.status, contentType: item.contentType, body: item.body };
  const found = firstDifference(expected, actual);
  const difference = options.sideBySide ? JSON.stringify({ expected, actual }, null, 2) : found;
  const status = found === undefined ? 'passed' : 'failed';
  return { name, status, ...(difference === undefined ? {} : { difference }) };
}

const PORT = 9090;

/** Starts osm-injector as its chart does, and waits until it listens; its address. */
export async function startInjector(driver: PodDriver): Promise<string> {
  const host = await driver.sandbox();
  await driver.up({
    container: 'osm-injector',
    image: 'openservicemesh/osm-injector:v1.1.4',
    command: ['/osm-injector'],
    args: ['--verbosity', 'info', '--osm-namespace', 'osm-system', '--mesh-name', 'osm', '--osm-version', 'v1.1.4'],
    security: { runAsUser: 1000, runAsGroup: 3000, addCapabilities: [], dropCapabilities: ['ALL'] },
  });
  const end = performance.now() + 30_000;
  for (;;) {
    const answer = await ask(host, { method: 'GET', path: '/healthz' }).catch(() => undefined);
    if (answer?.status === 200) return host;
    if (performance.now() > end) throw new Error('osm-injector does not become healthy');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function post(host: string, { request, requestContentType }: AdmissionCase): Promise<HttpAnswer> {
  return ask(host, { method: 'POST', path: '/mutate-pod-creation', contentType: requestContentType, body: request });
}

/** One HTTPS request to the injector at `host`, as the API server sends them. */
export function ask(
  host: string,
  asked: { method: string; path: string; contentType?: string; body?: string },
): Promise<HttpAnswer> {
  const { method, path, contentType, body = '' } = asked;
  const headers = {
    ...(contentType === undefined || contentType === '' ? {} : { 'Content-Type': contentType }),
    'Content-Length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const options = { host, port: PORT, method, path, headers, rejectUnauthorized: false, agent: false as const };
    const outgoing = httpsRequest({ ...options, timeout: 5000 }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? '', body: text }),
      );
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('the injector does not answer')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
