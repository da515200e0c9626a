import { lookupImage } from '../../../sim/programs/catalogue/catalogue.ts';
import type { ImageDescription } from '../../../sim/programs/catalogue/image.ts';
import type { ImageState, PullFailure } from '../../../sim/runtime/virtual/images.ts';
import type { Story } from './story.ts';

/**
 * The images of the recorded node: what is local is there, and a small registry answers every other name with the
 * recordings' app, but for the names that stand for trouble (spec/cluster.md).
 */
export function registryOf(story: Story): {
  images: Record<string, ImageState>;
  catalogue: (image: string) => ImageDescription | undefined;
} {
  const app = lookupImage('registry.local/probeapp:1');
  const images: Record<string, ImageState> = {};
  for (const match of story.manifest.matchAll(/image: *["']?([^\s"',}]+)/g)) {
    const image = match[1] ?? '';
    const fails = failure(image);
    images[image] = { present: isLocal(image, story), ...(fails === undefined ? {} : { fails }) };
  }
  return { images, catalogue: (image) => (image.startsWith('registry.local/') ? lookupImage(image) : app) };
}

/** An image counts as local if the node found it there. */
function isLocal(image: string, story: Story): boolean {
  const text = `Container image "${image}" already present on machine`;
  const found = story.events.find(({ message }) => message === text || message.includes(`pulled image "${image}"`));
  return found?.message === text;
}

function failure(image: string): PullFailure | undefined {
  const [repository = '', tag = ''] = image.replace(/^127\.0\.0\.1:15001\//, '').split(':');
  if (image.startsWith('127.0.0.1:15001/')) return 'refused';
  if (image.startsWith('nosuch.invalid/')) return 'no-such-host';
  const words = [...repository.split('/'), tag];
  if (words.includes('nosuch')) return 'not-found';
  if (words.includes('private')) return 'unauthorized';
  if (words.includes('broken')) return 'server-error';
  return undefined;
}
