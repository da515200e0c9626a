import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Listens and never accepts: the worker sleeps in the kernel's view, not in Node's. */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const server = require('node:net').createServer();
server.on('error', (error) => parentPort.postMessage(error.message));
server.listen({ ...workerData, backlog: 1 }, () => {
  parentPort.postMessage('listening');
  setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 20);
});
`;
const FILLERS = 4;

/** A port whose queue of connections is full, so that the kernel drops what comes: connects time out. */
export async function startSilentPort(host: string, port: number): Promise<{ stop(): Promise<void> }> {
  const worker = new Worker(WORKER, { eval: true, workerData: { host, port } });
  const message = await new Promise<string>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  if (message !== 'listening') throw new Error(message);
  // After the worker went to sleep.
  await new Promise((resolve) => setTimeout(resolve, 60));
  const fillers = Array.from({ length: FILLERS }, () => connect({ host, port }).on('error', () => {}));
  await new Promise((resolve) => setTimeout(resolve, 60));
  return {
    async stop() {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  };
}
