import { casesOf } from '../golden.ts';
import { createVirtualPod } from '../osm/virtual-pod.ts';
import type { CaseResult, Suite } from '../suite.ts';

/** A line of healthcheck.jsonl. */
interface HealthcheckCase {
  name: string;
  method: string;
  path: string;
  /** `Name: value`, with `<open>` and `<closed>` for a port that listens and one that does not. */
  headers: string[];
  status: number;
  body: string;
  contentType: string;
  contentLength: number;
}

// Of five digits, as the recorder's were: the length of the answer depends on it.
const OPEN = '41000';
const CLOSED = '41001';

export const suite: Suite = {
  name: 'osm-healthcheck',
  about: 'the osm-healthcheck server: status, body, headers',
  async *run(files, options) {
    for (const item of casesOf<HealthcheckCase>(files, options.caseName)) yield play(item, options.sideBySide);
  },
};

function play(item: HealthcheckCase, sideBySide: boolean): CaseResult {
  const pod = createVirtualPod();
  pod.run('osm-healthcheck', { image: 'openservicemesh/osm-healthcheck:v1.1.4' });
  pod.runProgram('app', (host) => void host.listenTcp({ port: Number(OPEN) }, { onConnection: () => {} }));
  const outcome = pod.http({
    scheme: 'http',
    port: 15904,
    method: item.method,
    target: item.path,
    headers: item.headers.map((line) => {
      const colon = line.indexOf(':');
      return [
        line.slice(0, colon),
        line
          .slice(colon + 1)
          .replaceAll('<open>', OPEN)
          .replaceAll('<closed>', CLOSED),
      ] as const;
    }),
  });
  const expected = {
    status: item.status,
    body: item.body,
    contentType: item.contentType,
    contentLength: item.contentLength,
  };
  const actual = outcome.kind === 'response' ? shown(outcome) : outcome;
  const [left, right] = [JSON.stringify(expected, null, 1), JSON.stringify(actual, null, 1)];
  const same = left === right;
  if (same && !sideBySide) return { name: item.name, status: 'passed' };
  return { name: item.name, status: same ? 'passed' : 'failed', difference: `expected ${left}\ngot ${right}` };
}

function shown(outcome: { status: number; body: Uint8Array; headers: readonly (readonly [string, string])[] }) {
  const header = (name: string) => outcome.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  const body = new TextDecoder().decode(outcome.body);
  return {
    status: outcome.status,
    body: body.replace(`:${OPEN}`, ':<open>').replace(`:${CLOSED}`, ':<closed>'),
    contentType: header('content-type'),
    contentLength: Number(header('content-length')),
  };
}
