import type Dockerode from 'dockerode';
import { connectEngine } from '../docker/engine.ts';
import { CATALOGUE, type ImageKind } from './catalogue.ts';
import { inspectImage } from './inspect.ts';

export interface ListedImage {
  name: string;
  kind: ImageKind;
  note?: string;
  present: boolean;
  imageID?: string;
  sizeBytes?: number;
}

/** Every name of the catalogue, with what is behind it at the engine. */
export async function listImages(options: { docker?: Dockerode } = {}): Promise<readonly ListedImage[]> {
  const docker = options.docker ?? (await connectEngine()).docker;
  const tags = CATALOGUE.flatMap((entry) => entry.tags);
  return Promise.all(
    tags.map(async (tag): Promise<ListedImage> => {
      const info = await inspectImage(docker, tag.name);
      if (info === undefined) return { ...tag, present: false };
      // Made elsewhere (pulled, or the user's own): under its own name it is what it says.
      const ours = info.Config?.Labels?.['dev.probelab.content'] !== undefined;
      const origin = ours ? tag : { name: tag.name, kind: 'real' as const };
      return { ...origin, present: true, imageID: info.Id, sizeBytes: info.Size };
    }),
  );
}
