import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compare } from './cluster/compare.ts';
import { naturalStory } from './cluster/natural.ts';
import { play } from './cluster/play.ts';
import { isStory, readStory } from './cluster/story.ts';

const FOLDER = join(import.meta.dirname, '../golden/cluster');
const SEEDS = [5, 6, 7];
/** What happens within one millisecond of a simulated node, its recording does not tell apart. */
const LARGEST_SHARE_OF_TIES = 0.1;
const LEFT_OUT = [
  // Several deletions in one millisecond.
  '17-restart-endpoints-deletes',
  // A command that is killed in the moment in which it ends by itself.
  '39-exec-probes',
  // Programs of the recorded node itself.
  '41-tcp-grpc-https-combos',
];

it('the runner repeats simulated nodes, each with accidents of its own, from what their recordings say', async () => {
  const names = readdirSync(FOLDER).filter((name) => isStory(join(FOLDER, name)) && !LEFT_OUT.includes(name));
  const differ: string[] = [];
  for (const name of names) {
    for (const seed of SEEDS) {
      const story = await naturalStory(readStory(join(FOLDER, name)), seed);
      expect(story.events.length).toBeGreaterThan(0);
      const [first] = compare(story, (await play(story)).observed);
      if (first !== undefined) differ.push(`${name}, seed ${seed}: ${first}`);
    }
  }
  const most = Math.floor(names.length * SEEDS.length * LARGEST_SHARE_OF_TIES);
  expect(differ.length, differ.join('\n')).toBeLessThanOrEqual(most);
}, 120_000);
