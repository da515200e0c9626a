import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { changes, compare, podText } from '../cluster/compare.ts';
import { compareEventTexts } from '../cluster/event-texts.ts';
import { compareObjectTexts } from '../cluster/object-texts.ts';
import { play } from '../cluster/play.ts';
import { isStory, readStory, type Story } from '../cluster/story.ts';
import { compareStreamTexts } from '../cluster/stream-texts.ts';
import { compareTexts } from '../cluster/texts.ts';
import type { CaseResult, Suite, SuiteOptions } from '../suite.ts';

/** Whole scenarios recorded on a real node, each a folder (or a folder of such folders). */
export const suite: Suite = {
  name: 'cluster',
  about: 'whole scenarios recorded on a real node: folders with manifest.yaml and story.json',
  run,
};

async function* run(folders: readonly string[], options: SuiteOptions): AsyncGenerator<CaseResult> {
  for (const folder of folders.flatMap(stories)) {
    const story = readStory(folder);
    if (options.caseName !== undefined && story.name !== options.caseName) continue;
    const differences = await differencesOf(story).catch((error) => [
      `the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
    ]);
    if (differences.length === 0) yield { name: story.name, status: 'passed' };
    else {
      const shown = options.sideBySide ? differences : differences.slice(0, 12);
      const rest = differences.length - shown.length;
      const difference = [
        `${differences.length} objects differ`,
        ...shown,
        ...(rest > 0 ? [`… and ${rest} more`] : []),
      ];
      yield { name: story.name, status: 'failed', difference: difference.join('\n') };
    }
  }
}

/** Plays a recording and says in what the run is different, an entry for each object and text. */
export async function differencesOf(story: Story): Promise<string[]> {
  const { lab, names, observed, recorder } = await play(story);
  const { epochMs } = lab.clock;
  const texts = compareTexts({
    story,
    names,
    recorded: changes(story.pods, podText),
    played: changes(observed.pods, podText),
    object: (entry, next, until) => recorder.object(entry, next, until),
    epochMs,
  });
  const input = { story, observed, names, world: recorder.world, epochMs };
  const objects = [...compareObjectTexts(input), ...compareEventTexts(input), ...compareStreamTexts(input)];
  return [...compare(story, observed), ...texts, ...objects];
}

function stories(folder: string): string[] {
  if (isStory(folder) || !statSync(folder).isDirectory()) return isStory(folder) ? [folder] : [];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isDirectory() && isStory(path));
}
