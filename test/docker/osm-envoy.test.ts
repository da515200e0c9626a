import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCases } from '../conformance/golden.ts';
import { clusterEndpoints, type ObservedBootstrap, type ObservedCase } from '../conformance/osm/envoy-case.ts';
import { type DockerStages, openDockerStages } from '../conformance/osm/envoy-docker.ts';
import { observe, playOnEnvoy } from '../conformance/osm/envoy-play.ts';
import { openVirtualStage } from '../conformance/osm/envoy-virtual.ts';
import { playDocker } from '../conformance/suites/osm-envoy.ts';
import { describeDocker, ensureImages } from './engine.ts';

const OBSERVED = new URL('../golden/osm/envoy-observed.jsonl', import.meta.url).pathname;
const INJECTED = new URL('../golden/osm/inject-v1.1.jsonl.gz', import.meta.url).pathname;
const PROBE = 'http://<pod>:15901/osm-liveness-probe';

describeDocker('osm-envoy on a real Envoy', () => {
  beforeAll(() => ensureImages(['pause', 'envoy']));

  it('does what was recorded', async () => {
    let count = 0;
    for await (const result of playDocker([OBSERVED], { sideBySide: false })) {
      count++;
      expect(result, result.difference).toMatchObject({ status: 'passed' });
    }
    expect(count).toBe(readCases(OBSERVED).length);
  });

  describe('in what was not recorded, the modelled Envoy does what a real one does', { concurrent: true }, () => {
    let stages: DockerStages;
    beforeAll(async () => {
      stages = await openDockerStages();
    });
    afterAll(() => stages?.close());

    const https = 'https://<pod>:15901';
    const both = (kind: string) => ({ 8080: kind, 14001: kind });
    it.each<
      [name: string, injected: string, apps: Record<string, string>, probes: ObservedCase['probes'], port?: number]
    >([
      [
        'an app that answers',
        'http-liveness',
        both('ok'),
        [
          ask(PROBE),
          ask(`${PROBE}XYZ`),
          ask(`${PROBE}?q=1`),
          ask('http://<pod>:15901/'),
          { ...ask(PROBE), requestHeaders: { Host: 'shop.example', 'X-Probe': 'a' } },
          ask(`${https}/osm-liveness-probe`),
        ],
      ],
      ['an app that says 500', 'http-liveness', both('500'), [ask(PROBE)]],
      ['a closed port', 'http-liveness', both('closed'), [ask(PROBE)]],
      ['an app that redirects', 'http-liveness', both('redirect'), [ask(PROBE)]],
      ['an app that speaks TLS', 'http-liveness', both('tls'), [ask(PROBE)]],
      ['a path without a slash', 'http-path-no-slash', both('ok'), [ask(PROBE)]],
      ['port 0', 'http-liveness', both('ok'), [ask(PROBE)], 0],
      ['HTTPS', 'https-app-plain', both('tls'), [ask(`${https}/liveness`), ask(PROBE)]],
      ['an app at 15901', 'http-liveness', both('ok'), [ask(PROBE)], 15901],
    ])('%s', async (name, injected, apps, probes, port) => {
      const row: ObservedCase = {
        name,
        apps,
        probes,
        accessLog: [],
        accessLogLines: 8,
        bootstrap: bootstrapOf(injected, port),
      };
      const real = await observe(row, stages.open);
      expect(real.probes).toHaveLength(probes.length);
      const modelled = await playOnEnvoy({ ...row, ...real }, openVirtualStage, false);
      expect(modelled, modelled.difference).toMatchObject({ status: 'passed' });
    });

    it('mutual TLS without a TLS inspector begins a handshake', async () => {
      const row: ObservedCase = {
        name: 'handshake',
        apps: both('ok'),
        // As the specification has it; a handshake is told from an inspected connection by these.
        probes: [
          { ...ask('http://<pod>:15901/liveness'), message: 'Get "http://<pod>:15901/liveness": EOF' },
          { ...ask(`${https}/liveness`), message: `Get "${https}/liveness": remote error: tls: certificate required` },
        ],
        accessLog: [],
        accessLogLines: 0,
        bootstrap: bootstrapOf('http-liveness'),
      };
      for (const open of [stages.open, openVirtualStage]) {
        const result = await playOnEnvoy(row, open, false);
        expect(result, result.difference).toMatchObject({ status: 'passed' });
      }
    });
  });
});

function ask(probe: string): ObservedCase['probes'][number] {
  return { probe, timeout: '1s', message: '' };
}

/** The bootstrap of a recorded case, or of one that the injector was asked for; its cluster leads to `port`. */
function bootstrapOf(name: string, port?: number): ObservedBootstrap {
  const rows = [OBSERVED, INJECTED].flatMap((file) => readCases<{ name: string; bootstrap: ObservedBootstrap }>(file));
  const bootstrap = structuredClone(rows.find((item) => item.name === name)?.bootstrap);
  if (bootstrap === undefined) throw new Error(`no case "${name}"`);
  for (const endpoint of clusterEndpoints(bootstrap.static_resources.clusters)) {
    if (port !== undefined) endpoint.port_value = port;
  }
  return bootstrap;
}
