import { expect, test } from 'vitest';
import type { ProbeTransport, TcpOutcome } from '../../sim/runtime/transport.ts';
import { FaultyTransport } from './faulty-transport.ts';

function recorder(): { transport: ProbeTransport; timeouts: number[] } {
  const timeouts: number[] = [];
  const transport: ProbeTransport = {
    http: () => {},
    tcp: ({ timeoutMs }, done) => {
      timeouts.push(timeoutMs);
      done({ kind: 'connected' });
    },
    grpc: () => {},
  };
  return { transport, timeouts };
}

function dial(transport: ProbeTransport, port = 80): Promise<TcpOutcome> {
  return new Promise((resolve) => transport.tcp({ host: '10.0.0.1', port, timeoutMs: 40 }, resolve));
}

const TIMEOUT = { kind: 'failed', failure: { phase: 'dial', cause: 'timeout', remote: '10.0.0.1:80' } };

test('without faults an attempt is passed on as it is', async () => {
  const { transport, timeouts } = recorder();
  expect(await dial(new FaultyTransport(transport))).toEqual({ kind: 'connected' });
  expect(timeouts).toEqual([40]);
});

test('latency is taken off the time that is left, or ends it', async () => {
  const { transport, timeouts } = recorder();
  const faulty = new FaultyTransport(transport);
  faulty.change('10.0.0.1', { latency: 15 });
  expect(await dial(faulty)).toEqual({ kind: 'connected' });
  faulty.change('10.0.0.1', { latency: 40 });
  expect(await dial(faulty)).toEqual(TIMEOUT);
  expect(timeouts).toEqual([25]);
});

test('a partition, until it is healed; another pod is not concerned', async () => {
  const { transport, timeouts } = recorder();
  const faulty = new FaultyTransport(transport);
  faulty.change('10.0.0.2', { partition: true });
  expect(await dial(faulty)).toEqual({ kind: 'connected' });
  faulty.change('10.0.0.1', { partition: true });
  expect(await dial(faulty)).toEqual(TIMEOUT);
  faulty.change('10.0.0.1', { partition: false });
  expect(await dial(faulty)).toEqual({ kind: 'connected' });
  expect(timeouts).toHaveLength(2);
});

test('loss takes its share', async () => {
  const draws = [0.1, 0.9];
  const faulty = new FaultyTransport(recorder().transport, () => draws.shift() ?? 1);
  faulty.change('10.0.0.1', { loss: 0.5 });
  expect(await dial(faulty)).toEqual(TIMEOUT);
  expect(await dial(faulty)).toEqual({ kind: 'connected' });
});

test("a slow sidecar slows the mesh's probe ports only", async () => {
  const { transport, timeouts } = recorder();
  const faulty = new FaultyTransport(transport);
  faulty.change('10.0.0.1', { sidecarDelay: 10 });
  await dial(faulty);
  await dial(faulty, 15901);
  expect(timeouts).toEqual([40, 30]);
});
