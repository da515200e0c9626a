import { expect, test } from 'vitest';
import { createLab } from '../lab.ts';

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};

function pod(name: string, labels: Record<string, string>, command?: string[]) {
  const container = { name, image: 'registry.local/probeapp:1', ports: [{ containerPort: 8080 }] };
  const shell = { name, image: 'busybox:1.35', command };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels },
    spec: { restartPolicy: 'Never', containers: [command === undefined ? container : shell] },
  };
}

async function exitCodeOf(url: string, withServer: boolean) {
  const lab = await createLab();
  lab.start();
  lab.apply([SERVICE, ...(withServer ? [pod('web', { app: 'web' })] : [])]);
  await lab.advance(5000);
  lab.apply([pod('client', {}, ['sh', '-c', `wget -q -O - -T 1 ${url}`])]);
  await lab.advance(10_000);
  const exits = lab.history.facts.filter((fact) => fact.kind === 'container' && fact.op === 'exited');
  await lab.dispose();
  return exits.map((fact) => (fact.kind === 'container' ? [fact.container, fact.exitCode] : []));
}

test.each(['http://web/healthz', 'http://web.default.svc.cluster.local/healthz'])(
  'a pod reaches a ready endpoint through %s',
  async (url) => {
    expect(await exitCodeOf(url, true)).toEqual([['client', 0]]);
  },
);

test('a Service without endpoints refuses', async () => {
  expect(await exitCodeOf('http://web/healthz', false)).toEqual([['client', 1]]);
});
