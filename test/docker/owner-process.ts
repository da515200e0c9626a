import { PodDriver } from './pod-driver.ts';

/* A process that starts a pod and waits to be killed, or for the end of its input; its run id is its argument. */

const pod = await PodDriver.open({ runId: process.argv[2] ?? 'owner' });
await pod.sandbox();
await pod.up({
  container: 'app',
  image: 'busybox:1.35',
  command: ['sleep', '600'],
  mounts: [{ mountPath: '/data', readOnly: false, source: { type: 'emptyDir', volume: 'data' } }],
});
process.stdout.write('up\n');
process.stdin.on('end', () => process.exit()).resume();
