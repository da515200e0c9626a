import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cleanLeftovers, removeRun } from '../../containers/docker/cleanup.ts';
import { connectEngine, probeDockerEngine } from '../../containers/docker/engine.ts';
import { LabError } from '../../sim/core/errors.ts';
import { describeDocker, ensureImages } from './engine.ts';
import { PodDriver } from './pod-driver.ts';

/** A socket in front of the engine's that can be cut, as if the engine had died. */
class CuttableSocket {
  readonly path: string;
  readonly #directory = mkdtempSync(join(tmpdir(), 'probelab-cut-'));
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(target: string) {
    this.path = join(this.#directory, 'docker.sock');
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      const engine = connect({ path: target, allowHalfOpen: true });
      for (const socket of [client, engine]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
      }
      client.pipe(engine).pipe(client);
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(this.path, resolve));
  }

  cut(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

describeDocker('an engine that goes away', () => {
  let cuttable: CuttableSocket;
  let real: string;

  beforeAll(async () => {
    await ensureImages();
    real = (await probeDockerEngine()).endpoint;
    cuttable = new CuttableSocket(real.replace('unix://', ''));
    await cuttable.listen();
    // testcontainers keeps the first engine it finds, so the whole file goes through the socket in front.
    process.env.DOCKER_HOST = `unix://${cuttable.path}`;
  });
  afterAll(async () => {
    process.env.DOCKER_HOST = real;
    await cleanLeftovers();
  });

  it('in the middle of a run is told once, and dispose does not hang', async () => {
    const pod = await PodDriver.open();
    await pod.sandbox();
    const box = await pod.up({ container: 'app', image: 'busybox:1.35', command: ['sleep', '600'] });
    const exec = pod.exec(box, ['sleep', '100'], 60_000);
    cuttable.cut();
    expect(await pod.event('lost')).toMatchObject({ message: expect.stringContaining('The Docker engine is gone') });
    expect((await exec).outcome).toBe('error');
    await pod.dispose();
    expect(pod.events.filter((event) => event.type === 'lost')).toHaveLength(1);
    process.env.DOCKER_HOST = real;
    await removeRun((await connectEngine()).docker, pod.runId);
  });

  it('and one that was never there is a LabError that names the socket and what to do', async () => {
    const error = await connectEngine({ DOCKER_HOST: 'unix:///nowhere/docker.sock' }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(LabError);
    expect(error).toMatchObject({
      code: 'DOCKER_UNAVAILABLE',
      message: expect.stringContaining('unix:///nowhere/docker.sock (no such socket)'),
      hint: expect.stringContaining('--runtime virtual'),
    });
    const unknown = await connectEngine({ DOCKER_HOST: 'ftp://x' }).catch((caught: unknown) => caught);
    expect(unknown).toMatchObject({ code: 'DOCKER_UNAVAILABLE' });
  });
});
