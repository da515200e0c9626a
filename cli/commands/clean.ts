import { EXIT } from '../exit-codes.ts';
import { out } from '../streams.ts';

/** `probelab clean`: removes what runs whose process is dead left at the engine; runs that live are left alone. */
export async function cleanCommand(): Promise<number> {
  const { cleanLeftovers } = await import('../../containers/docker/cleanup.ts');
  const { containers, networks, volumes, directories } = await cleanLeftovers();
  const removed = [
    count(containers, 'container'),
    count(networks, 'network'),
    count(volumes, 'volume'),
    count(directories, 'directory', 'directories'),
  ].filter((text) => text !== '');
  out(removed.length === 0 ? 'Nothing was left.\n' : `Removed ${removed.join(', ')}.\n`);
  return EXIT.ok;
}

function count(number: number, one: string, many = `${one}s`): string {
  return number === 0 ? '' : `${number} ${number === 1 ? one : many}`;
}
