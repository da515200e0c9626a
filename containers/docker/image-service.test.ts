import type Dockerode from 'dockerode';
import { describe, expect, it } from 'vitest';
import { ImageService } from './image-service.ts';

const STAND_IN = 'nacos/nacos-server:v2.2.4';

/** An engine that has these images; `ours`: with the label of those that probelab builds. */
function engine(images: Readonly<Record<string, 'ours' | 'other'>>): Dockerode {
  const getImage = (name: string) => ({
    inspect: async () => {
      const origin = images[name];
      if (origin === undefined) throw Object.assign(new Error('no such image'), { statusCode: 404 });
      const Labels = origin === 'ours' ? { 'dev.probelab.content': 'x' } : {};
      return { Id: `sha256:${name}`, Size: 1, Config: { Labels } };
    },
  });
  return { getImage } as unknown as Dockerode;
}

function service(docker: Dockerode, images: Record<string, string>): ImageService {
  return new ImageService({
    docker,
    apps: {},
    images,
    described: new Set([STAND_IN]),
  } as unknown as ConstructorParameters<typeof ImageService>[0]);
}

describe('which image a container gets', () => {
  it('a stand-in that is here, and is said to be one', async () => {
    const found = await service(engine({ [STAND_IN]: 'ours' }), {}).resolve(STAND_IN, 'nacos');
    expect(found).toMatchObject({ reference: STAND_IN, standIn: 'our naming server, made to answer as the real one' });
  });

  it.each(['real', STAND_IN])('images: %s: no stand-in, it has to be pulled', async (override) => {
    const images = { [STAND_IN]: override };
    expect(await service(engine({ [STAND_IN]: 'ours' }), images).resolve(STAND_IN, 'nacos')).toBeUndefined();
    expect(await service(engine({ [STAND_IN]: 'other' }), images).resolve(STAND_IN, 'nacos')).toMatchObject({
      ours: false,
    });
  });

  it('images: another one that is not here: it has to be pulled', async () => {
    const images = { nacos: 'nacos/nacos-server:v2.3.0' };
    expect(await service(engine({ 'probelab/app:1': 'ours' }), images).resolve(STAND_IN, 'nacos')).toBeUndefined();
  });
});
