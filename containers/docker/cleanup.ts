import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { NET_IMAGE } from '../images/catalogue.ts';
import { connectEngine, engineStatus } from './engine.ts';
import { LABEL, type OwnerLabels, ownerIsDead } from './owner.ts';
import { directoryOwner, stateRoot } from './volumes.ts';

export interface CleanupResult {
  containers: number;
  networks: number;
  volumes: number;
  directories: number;
}

const REMOVE_ATTEMPTS = 20;

/**
 * Removes what runs left whose owner is dead: containers, networks, volumes and directories. A run that lives, in
 * another terminal, test worker or container, and whatever another machine started, is left alone.
 */
export async function cleanLeftovers(options: { docker?: Dockerode; root?: string } = {}): Promise<CleanupResult> {
  const docker = options.docker ?? (await connectEngine()).docker;
  const filters = { label: [LABEL.run] };
  const [all, networks, volumes, running] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters: filters as never }),
    docker.listContainers(),
  ]);
  const ids = new Set(running.map((container) => container.Id));
  const dead = (labels: OwnerLabels | undefined | null): boolean =>
    labels !== undefined && labels !== null && ownerIsDead(labels, (id) => ids.has(id));
  const containers = all.filter((container) => dead(container.Labels));
  await Promise.all(containers.map(({ Id }) => removeContainer(docker, Id)));
  const deadNetworks = networks.filter((network) => dead(network.Labels));
  await Promise.all(deadNetworks.map(({ Id }) => ignoreMissing(docker.getNetwork(Id).remove())));
  const deadVolumes = (volumes.Volumes ?? []).filter((volume) => dead(volume.Labels));
  await Promise.all(deadVolumes.map(({ Name }) => ignoreMissing(docker.getVolume(Name).remove())));
  const directories = await removeDirectories(docker, options.root ?? stateRoot(), dead);
  return { containers: containers.length, networks: deadNetworks.length, volumes: deadVolumes.length, directories };
}

/** Runs that were kept, newest first: what `endRun` takes. */
export async function keptRuns(options: { docker?: Dockerode } = {}): Promise<readonly string[]> {
  const docker = options.docker ?? (await connectEngine()).docker;
  const networks = await docker.listNetworks({ filters: { label: [`${LABEL.kept}=1`] } });
  const byTime = networks.sort((a, b) => (b.Created ?? '').localeCompare(a.Created ?? ''));
  return byTime.map((network) => network.Labels?.[LABEL.run] ?? '').filter((runId) => runId !== '');
}

/** Ends a kept run: its containers, network and directory go. True if there was anything. */
export async function endRun(runId: string, options: { docker?: Dockerode; root?: string } = {}): Promise<boolean> {
  const docker = options.docker ?? (await connectEngine()).docker;
  const removed = await removeRun(docker, runId);
  const directory = join(options.root ?? stateRoot(), runId);
  const known = directoryOwner(directory)?.[LABEL.run] === runId;
  if (known) await removeDirectory(docker, directory);
  return removed > 0 || known;
}

/** Removes everything of one run that is still at the engine; how many things that were. */
export async function removeRun(docker: Dockerode, runId: string): Promise<number> {
  const filters = { label: [`${LABEL.run}=${runId}`] };
  for (let attempt = 0; ; attempt++) {
    try {
      const containers = await docker.listContainers({ all: true, filters });
      await Promise.all(containers.map(({ Id }) => removeContainer(docker, Id)));
      const networks = await docker.listNetworks({ filters });
      await Promise.all(networks.map(({ Id }) => ignoreMissing(docker.getNetwork(Id).remove())));
      return containers.length + networks.length;
    } catch (error) {
      // A network may still have the end point of a container that is on its way out.
      if (attempt >= REMOVE_ATTEMPTS || engineStatus(error) === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** A container that is gone, or going because somebody else removes it, is fine. */
export async function removeContainer(docker: Dockerode, id: string): Promise<void> {
  await ignoreMissing(docker.getContainer(id).remove({ force: true, v: true }));
}

/** Removes a directory that containers may have written to as root. */
export async function removeDirectory(docker: Dockerode, path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    const container = await docker.createContainer({
      Image: NET_IMAGE,
      Cmd: ['sh', '-c', 'rm -rf /run-directory/*'],
      HostConfig: { Binds: [`${path}:/run-directory`], NetworkMode: 'none', AutoRemove: true },
    });
    await container.start();
    await container.wait().catch(() => {});
    await rm(path, { recursive: true, force: true });
  }
}

async function removeDirectories(
  docker: Dockerode,
  root: string,
  dead: (labels: OwnerLabels | undefined) => boolean,
): Promise<number> {
  const names = await readdir(root).catch(() => []);
  const paths = names.map((name) => join(root, name)).filter((path) => dead(directoryOwner(path)));
  await Promise.all(paths.map((path) => removeDirectory(docker, path)));
  return paths.length;
}

async function ignoreMissing(promise: Promise<unknown>): Promise<void> {
  try {
    await promise;
  } catch (error) {
    const status = engineStatus(error);
    if (status !== 404 && status !== 409) throw error;
  }
}
