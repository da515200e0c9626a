import { expect, test } from 'vitest';
import { PODS } from '../kube/objects.ts';
import { createLab, type Lab } from '../lab.ts';
import { requestStep } from './request-steps.ts';

function pod(name: string) {
  const container = { name: 'app', image: 'example/app:1', ports: [{ containerPort: 8080 }] };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [container], terminationGracePeriodSeconds: 1 },
  };
}

async function running(): Promise<Lab> {
  const lab = await createLab({
    apps: { app: { servers: [{ port: 8080, protocol: 'http', routes: [{ path: '/' }] }] } },
  });
  lab.start();
  lab.apply([pod('caller'), pod('web')]);
  await lab.advance(10_000);
  return lab;
}

function answers(lab: Lab): (number | string | undefined)[] {
  return lab.history.facts.flatMap((fact) => (fact.kind === 'request' ? [fact.status ?? fact.error] : []));
}

test('a client pod that goes while it sends again and again: its later requests fail, the run goes on', async () => {
  const lab = await running();
  requestStep(lab, { pod: 'web', from: 'pod/caller', every: 5000 }, 60_000);
  await lab.advance(1000);
  lab.store.delete(PODS, 'default', 'caller', { gracePeriodSeconds: 0 });
  await lab.advance(10_000);
  const why = 'the request cannot be sent: pod/caller is not there';
  expect(answers(lab)).toEqual([200, why, why]);
  await lab.dispose();
});

test('a client pod that is not there at first is an error of the step', async () => {
  const lab = await running();
  expect(() => requestStep(lab, { pod: 'web', from: 'pod/nobody' }, 60_000)).toThrow(/pod\/nobody is not there/);
  await lab.dispose();
});
