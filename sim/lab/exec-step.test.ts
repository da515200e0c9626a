import { expect, test } from 'vitest';
import { createLab, type Lab } from '../lab.ts';
import { execStep } from './container-steps.ts';

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'web', image: 'busybox:1.35', command: ['sleep', '3600'] }] },
};

async function running(): Promise<Lab> {
  const lab = await createLab();
  lab.start();
  lab.apply([POD]);
  await lab.advance(5000);
  return lab;
}

function notices(lab: Lab): string[] {
  return lab.history.facts.flatMap((fact) => (fact.kind === 'notice' ? [`${fact.code} ${fact.message}`] : []));
}

test('a command runs in the container; one that ends well says nothing', async () => {
  const lab = await running();
  execStep(lab, { pod: 'web', container: 'web', command: ['touch', '/tmp/here'] });
  await lab.advance(1000);
  execStep(lab, { pod: 'web', container: 'web', command: ['test', '-e', '/tmp/here'] });
  await lab.advance(1000);
  expect(notices(lab)).toEqual([]);
  await lab.dispose();
});

test('a command that fails is told, with what it said', async () => {
  const lab = await running();
  execStep(lab, { container: 'web', command: ['cat', '/nowhere'] });
  await lab.advance(1000);
  expect(notices(lab)).toEqual([
    expect.stringMatching(/^EXEC_FAILED "cat \/nowhere" in default\/web ended with 1: .*\/nowhere/),
  ]);
  await lab.dispose();
});

test('no such container: an error, for the story would be another one', async () => {
  const lab = await running();
  expect(() => execStep(lab, { container: 'db', command: ['true'] })).toThrow(
    /does not find a pod with a container "db"/,
  );
  await lab.dispose();
});
