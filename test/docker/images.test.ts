import { randomUUID } from 'node:crypto';
import type Dockerode from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectEngine } from '../../containers/docker/engine.ts';
import { CATALOGUE } from '../../containers/images/catalogue.ts';
import { describeDocker, ensureImages } from './engine.ts';

const MOST_BYTES = 300_000_000;
const GRACE_S = 10;
const KILLED = 137;
/** Images whose containers go on until they are told to stop, as the lab starts them. */
const LONG_RUNNING = [
  'registry.k8s.io/pause:3.10',
  'registry.k8s.io/etcd:3.5.1-0',
  'calico/node:v3.23.5',
  'calico/node:v3.31.7',
  'calico/node:v3.8.9',
  'calico/node:master',
  'probelab/calico-datastore:1',
  'nacos/nacos-server:v2.2.4',
  'nacos/nacos-server:v2.5.1',
  'registry.k8s.io/liveness:latest',
  'registry.k8s.io/e2e-test-images/agnhost:2.40',
  'openservicemesh/osm-controller:v1.1.4',
  'openservicemesh/osm-injector:v1.1.4',
  'openservicemesh/bookstore:v1.1.4',
];

describeDocker('images', () => {
  const made: Dockerode.Container[] = [];
  let docker: Dockerode;
  beforeAll(async () => {
    await ensureImages();
    docker = (await connectEngine()).docker;
  }, 600_000);
  afterAll(() => Promise.all(made.map((container) => container.remove({ force: true }))), 60_000);

  it('none is of 300 MB or more', async () => {
    const tags = CATALOGUE.flatMap((image) => image.tags.slice(0, 1)).map(({ name }) => name);
    const sizes = await Promise.all(
      tags.map(async (tag) => [tag, (await docker.getImage(tag).inspect()).Size] as const),
    );
    expect(sizes.filter(([, size]) => size >= MOST_BYTES)).toEqual([]);
    expect(sizes.length).toBeGreaterThan(8);
  });

  it.each(LONG_RUNNING)('%s ends on SIGTERM within its grace', { timeout: 60_000 }, async (image) => {
    const container = await docker.createContainer({
      Image: image,
      name: `probelab-image-${randomUUID()}`,
      Env: [`PROBELAB_IMAGE=${image}`, 'FELIX_HEALTHENABLED=true'],
      HostConfig: { CapAdd: ['NET_ADMIN'] },
    });
    made.push(container);
    await container.start();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect((await container.inspect()).State).toMatchObject({ Status: 'running' });
    await container.stop({ t: GRACE_S });
    expect((await container.inspect()).State.ExitCode).not.toBe(KILLED);
  });
});
