import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, cp, link, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type Dockerode from 'dockerode';
import { LabError } from '../../sim/core/errors.ts';
import { connectEngine } from '../docker/engine.ts';
import { BASE_HASH, makeBase } from './base.ts';
import { envoyBinary, nodeBinary } from './binaries.ts';
import { stageCalico } from './calico.ts';
import { BASE_IMAGE, CATALOGUE, type CatalogueImage, type CatalogueTag } from './catalogue.ts';
import { ENVOY_COMMAND, NODE_FROM_CONTEXT, NODE_FROM_IMAGE, OSM_HEALTHCHECK_COMMAND } from './dockerfiles.ts';
import { inspectImage } from './inspect.ts';
import { nacosSdkModules } from './nacos-sdk.ts';
import { programSources } from './program-sources.ts';
import { followProgress } from './progress.ts';

export interface BuildImagesOptions {
  /** Ids of the catalogue (`envoy`, `app`, …) or image names; what they need is built, too. Default: all. */
  only?: readonly string[];
  /** One line a step. */
  onProgress?(line: string): void;
  docker?: Dockerode;
}

export interface BuiltImage {
  id: string;
  imageID: string;
  sizeBytes: number;
  /** False if it was there already with the same content. */
  built: boolean;
  tags: readonly CatalogueTag[];
}

/** The label that holds the hash of everything an image was made from. */
const CONTENT_LABEL = 'dev.probelab.content';

/**
 * Makes the images that the scenarios use where no registry can be reached. Content-hashed: what has not changed is
 * not built again. A name that is already taken by an image of another origin is left alone.
 * @throws LabError DOCKER_UNAVAILABLE, IMAGE_UNKNOWN, IMAGES_NEED_ROOT, BASE_IMAGE_FAILED, ENVOY_UNAVAILABLE,
 * NACOS_SDK_UNAVAILABLE, IMAGE_BUILD_FAILED.
 */
export async function buildImages(options: BuildImagesOptions = {}): Promise<readonly BuiltImage[]> {
  const progress = options.onProgress ?? (() => {});
  const docker = options.docker ?? (await connectEngine()).docker;
  const entries = selected(options.only);
  if (!(await baseIsCurrent(docker))) await makeBase(docker, progress);
  const built: BuiltImage[] = [];
  const hashes = new Map<string, string>();
  for (const entry of entries) built.push(await buildOne(docker, entry, hashes, progress));
  return built;
}

function selected(only: readonly string[] | undefined): CatalogueImage[] {
  if (only === undefined) return [...CATALOGUE];
  const wanted = new Set<string>();
  for (const name of only) {
    const entry = CATALOGUE.find(({ id, tags }) => id === name || tags.some((tag) => tag.name === name));
    if (entry === undefined) {
      throw new LabError('IMAGE_UNKNOWN', `"${name}" is no image that probelab makes.`, {
        hint: `Known are: ${CATALOGUE.map(({ id }) => id).join(', ')}.`,
      });
    }
    wanted.add(entry.id);
    for (const need of entry.needs) wanted.add(need);
  }
  return CATALOGUE.filter(({ id }) => wanted.has(id));
}

async function baseIsCurrent(docker: Dockerode): Promise<boolean> {
  const info = await inspectImage(docker, BASE_IMAGE);
  // A base from the public image carries no label of ours: it is current as long as it is there.
  return info !== undefined && (info.Config?.Labels?.[CONTENT_LABEL] ?? BASE_HASH) === BASE_HASH;
}

async function buildOne(
  docker: Dockerode,
  entry: CatalogueImage,
  hashes: Map<string, string>,
  progress: (line: string) => void,
): Promise<BuiltImage> {
  const directory = await mkdtemp(join(tmpdir(), 'probelab-image-'));
  try {
    await stage(entry, directory);
    const hash = await contentHash(entry, directory, hashes);
    hashes.set(entry.id, hash);
    const main = entry.tags[0]?.name ?? entry.id;
    const before = await inspectImage(docker, main);
    const current = before?.Config?.Labels?.[CONTENT_LABEL] === hash;
    if (current) progress(`${entry.id}: up to date`);
    else await build(docker, entry, directory, hash, progress);
    await tagAll(docker, entry, main, progress);
    // What it replaces has no name any more. A container that still uses it keeps it.
    if (!current && before !== undefined)
      await docker
        .getImage(before.Id)
        .remove()
        .catch(() => {});
    const after = await docker.getImage(main).inspect();
    return { id: entry.id, imageID: after.Id, sizeBytes: after.Size, built: !current, tags: entry.tags };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Lays out the build context: a folder with the Dockerfile and the files it copies. */
async function stage(entry: CatalogueImage, directory: string): Promise<void> {
  const node = entry.context.includes('node') ? nodeBinary() : undefined;
  const fromHere = node !== undefined || !entry.context.includes('node');
  const dockerfile = fromHere ? entry.dockerfile : entry.dockerfile.replace(NODE_FROM_CONTEXT, NODE_FROM_IMAGE);
  await writeFile(join(directory, 'Dockerfile'), dockerfile);
  if (node !== undefined) await place(node, join(directory, 'node'));
  for (const part of entry.context) {
    if (part === 'node') continue;
    if (part === 'envoy') await stageEnvoy(directory);
    else if (part === 'calico') await stageCalico(directory);
    else if (part === 'nacos-sdk')
      await cp(await nacosSdkModules(), join(directory, 'nacos-sdk/node_modules'), { recursive: true });
    else await stagePrograms(directory);
  }
}

/** A hard link where the file system allows one: these are 100 MB each. */
async function place(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
  const { mode } = await stat(to);
  if ((mode & 0o111) !== 0o111) await chmod(to, 0o755);
}

async function stageEnvoy(directory: string): Promise<void> {
  await place(await envoyBinary(), join(directory, 'envoy'));
  await writeFile(join(directory, 'envoy-command'), ENVOY_COMMAND, { mode: 0o755 });
}

async function stagePrograms(directory: string): Promise<void> {
  for (const [name, text] of programSources()) {
    const path = join(directory, 'programs', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  await writeFile(join(directory, 'osm-healthcheck'), OSM_HEALTHCHECK_COMMAND, { mode: 0o755 });
}

async function contentHash(entry: CatalogueImage, directory: string, hashes: Map<string, string>): Promise<string> {
  const hash = createHash('sha256').update(BASE_HASH);
  for (const need of entry.needs) hash.update(hashes.get(need) ?? '');
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = names.filter((name) => name.isFile()).map((name) => join(name.parentPath, name.name));
  for (const path of paths.sort()) {
    hash.update(path.slice(directory.length));
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

async function build(
  docker: Dockerode,
  entry: CatalogueImage,
  directory: string,
  hash: string,
  progress: (line: string) => void,
): Promise<void> {
  progress(`${entry.id}: building`);
  const started = performance.now();
  const output: string[] = [];
  try {
    const stream = await docker.buildImage(
      { context: directory, src: await readdir(directory) },
      { t: entry.tags[0]?.name, labels: { [CONTENT_LABEL]: hash }, rm: true, forcerm: true },
    );
    await followProgress(docker, stream, (line) => output.push(line));
  } catch (error) {
    const tail = output.slice(-5).join('\n');
    throw new LabError('IMAGE_BUILD_FAILED', `Building ${entry.id} failed: ${(error as Error).message}\n${tail}`, {
      hint: 'Containers must reach the Debian mirror at build time.',
      cause: error,
    });
  }
  progress(`${entry.id}: built in ${((performance.now() - started) / 1000).toFixed(1)}s`);
}

async function tagAll(
  docker: Dockerode,
  entry: CatalogueImage,
  main: string,
  progress: (line: string) => void,
): Promise<void> {
  for (const { name } of entry.tags.slice(1)) {
    const taken = await inspectImage(docker, name);
    if (taken !== undefined && taken.Config?.Labels?.[CONTENT_LABEL] === undefined) {
      progress(`${name}: is another image already, left as it is`);
      continue;
    }
    const colon = name.lastIndexOf(':');
    await docker.getImage(main).tag({ repo: name.slice(0, colon), tag: name.slice(colon + 1) });
  }
}
