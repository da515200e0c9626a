import { nacosServer } from '../nacos/nacos-server.ts';
import type { NacosVersion } from '../nacos/profiles.ts';
import type { ImageDescription } from './image.ts';

const NEWER = ['v2.3', 'v2.4', 'v2.5'].flatMap((minor) =>
  [0, 1, 2, 3].flatMap((patch) => [`${minor}.${patch}`, `${minor}.${patch}-slim`]),
);

/**
 * Nacos' own image: a stand-in that serves the naming API, where no registry can be reached. Tags from v2.3 on behave
 * as 2.5, every other as 2.2.
 */
export const nacos: readonly ImageDescription[] = [
  image(['nacos/nacos-server'], '2.2'),
  image(
    NEWER.map((tag) => `nacos/nacos-server:${tag}`),
    '2.5',
  ),
];

function image(names: readonly string[], version: NacosVersion): ImageDescription {
  return {
    names,
    entrypoint: ['/home/nacos/bin/docker-startup.sh'],
    env: { MODE: 'cluster', PREFER_HOST_MODE: 'ip', BASE_DIR: '/home/nacos', FUNCTION_MODE: 'all' },
    workingDir: '/home/nacos',
    sizeBytes: 118_000_000,
    programs: { '/home/nacos/bin/docker-startup.sh': { kind: 'program', program: nacosServer({ version }) } },
    shell: true,
  };
}
