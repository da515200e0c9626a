import { PodDriver } from '../pod-driver.ts';
import { AGENT } from './agent.ts';
import type { RuleCase } from './rule-sets.ts';

const IMAGE = 'probelab/net:1';
const BATCH_MS = 120_000;

/** What the kernel did with a case: `ip:port` where each connection ended, or `refused`; undefined: rules not loaded. */
export type Ends = readonly string[] | undefined;

/** Plays all cases in one container's network namespace, with real iptables; two more pods are its peers. */
export async function playInKernel(cases: readonly RuleCase[]): Promise<{ network: string; ends: Ends[] }> {
  const driver = await PodDriver.open();
  try {
    const [pod = '', ...peers] = await addresses(driver);
    const network = pod.split('.')[2] ?? '';
    for (const [i, ip] of peers.entries()) await driver.up(agent(`peer-${i}`, ['serve', ip]));
    for (const i of peers.keys()) {
      await driver.event('log', ({ podUID, line }) => podUID === `peer-${i}` && line === 'serving');
    }
    const input = inputLines(cases).join('\n').replaceAll('@', network);
    const tried = await driver.up(agent('pod', ['try', pod, peers[0] ?? ''], input));
    const lines = await outputOf(driver, tried);
    return { network, ends: readEnds(cases, lines) };
  } finally {
    await driver.dispose();
  }
}

async function addresses(driver: PodDriver): Promise<string[]> {
  const found: string[] = [];
  for (const podUID of ['pod', 'peer-0', 'peer-1']) {
    found.push(await driver.sandbox({ podUID, namespace: 'default', podName: podUID }));
  }
  return found;
}

function agent(podUID: string, args: readonly string[], input = '') {
  const bytes = (text: string) => new TextEncoder().encode(text);
  return {
    podUID,
    podName: podUID,
    container: 'agent',
    image: IMAGE,
    command: ['perl', '/batch/agent.pl', ...args],
    // The rules need NET_ADMIN; other users' connections come by the engine's default SETUID.
    security: { addCapabilities: input === '' ? [] : ['NET_ADMIN'], dropCapabilities: [] },
    mounts: [
      {
        mountPath: '/batch',
        readOnly: true,
        source: {
          type: 'files' as const,
          volume: 'batch',
          mode: 0o444,
          files: { 'agent.pl': bytes(AGENT), input: bytes(`${input}\n`) },
        },
      },
    ],
  };
}

function inputLines(cases: readonly RuleCase[]): string[] {
  return cases.flatMap(({ rules, connections }) => [
    ...rules
      .trimEnd()
      .split('\n')
      .map((line) => `RULE ${line}`),
    'LOAD',
    ...connections.map((c) => (c.from === 'pod' ? `POD ${c.uid} ${c.to} ${c.port}` : `PEER ${c.port}`)),
  ]);
}

async function outputOf(driver: PodDriver, containerID: string): Promise<string[]> {
  const end = performance.now() + BATCH_MS;
  const read = () =>
    driver.events.flatMap((event) => (event.type === 'log' && event.containerID === containerID ? [event.line] : []));
  while (!read().includes('over')) {
    if (performance.now() > end) throw new Error(`the batch has no end:\n${read().slice(-10).join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return read().filter((line) => line !== 'serving');
}

function readEnds(cases: readonly RuleCase[], lines: readonly string[]): Ends[] {
  let at = 0;
  return cases.map(({ connections }) => {
    // What iptables complains of comes before the word.
    while (lines[at] !== 'loaded' && lines[at] !== 'not loaded') {
      if (at++ > lines.length) throw new Error('the batch is short of a case');
    }
    const loaded = lines[at++] === 'loaded';
    const ends = lines.slice(at, at + connections.length);
    at += connections.length;
    return loaded ? ends : undefined;
  });
}
