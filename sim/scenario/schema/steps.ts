import * as z from 'zod';
import type { STEP_ACTIONS } from '../words.ts';
import { appPatch } from './app.ts';
import { duration, namespace, objectName, part, port } from './scalars.ts';

const pod = z
  .string()
  .optional()
  .describe('Name of the pod, or its beginning up to a dash. Default: every pod that fits.');
const target = { pod, namespace };

const manifest = z.union([z.string(), part]).describe('The name of a manifest file, or an object.');

/** What a step does: exactly one of these. */
const stepActions = {
  app: z
    .strictObject({ container: z.string().describe('Name of the container.'), ...target, ...appPatch })
    .optional()
    .describe('Changes how an app behaves.'),
  apply: z
    .union([manifest, z.array(manifest)])
    .optional()
    .describe('kubectl apply.'),
  delete: z
    .union([
      objectName,
      z.strictObject({
        object: objectName.describe('What is deleted.'),
        namespace,
        gracePeriodSeconds: z.int().min(0).optional().describe("Default: the pod's own."),
        force: z.boolean().optional().describe('Does not wait for the kubelet.'),
        now: z.boolean().optional().describe('Grace period 1.'),
      }),
    ])
    .optional()
    .describe('kubectl delete.'),
  patch: z
    .strictObject({
      object: objectName.describe('What is patched.'),
      namespace,
      merge: part.describe('A JSON merge patch; a status in it patches the status.'),
    })
    .optional()
    .describe('kubectl patch --type merge.'),
  scale: z
    .strictObject({
      object: objectName.describe('A Deployment or ReplicaSet.'),
      namespace,
      replicas: z.int().min(0).describe('How many.'),
    })
    .optional()
    .describe('kubectl scale.'),
  rollout: z
    .union([
      z.literal('restart'),
      z.strictObject({
        action: z.enum(['restart', 'undo', 'pause', 'resume']).describe('What happens to it.'),
        object: objectName.describe('The Deployment.'),
        namespace,
      }),
    ])
    .optional()
    .describe('kubectl rollout; just "restart" means every Deployment.'),
  network: z
    .strictObject({
      ...target,
      latency: duration.optional().describe('Each packet from the kubelet to the pod takes so long.'),
      loss: z.number().min(0).max(1).optional().describe('The share of connections that get no answer.'),
      partition: z.boolean().optional().describe('Nothing gets through, or (false) again everything.'),
    })
    .optional()
    .describe('The network between the kubelet and pods.'),
  envoy: z
    .strictObject({
      ...target,
      kill: z.literal(true).optional().describe('SIGKILL.'),
      pause: z.boolean().optional().describe('Stands still, or (false) goes on.'),
      slow: duration.optional().describe('Takes so much longer for each answer.'),
      certificate: z
        .literal('expired')
        .optional()
        .describe("The mesh issues its pod's ServiceAccount a certificate that has ended."),
    })
    .optional()
    .describe("A mesh's sidecar: exactly one of these."),
  kubelet: z
    .enum(['restart', 'stop', 'start'])
    .optional()
    .describe('The kubelet itself. A new process is up 1.25 s later.'),
  runtime: z
    .strictObject({
      ...target,
      container: z.string().optional().describe('The container that dies.'),
      die: z.enum(['SIGKILL', 'SIGSEGV', 'SIGABRT', 'OOM']).optional().describe('How it dies.'),
      exitCode: z.int().optional().describe('Or with which code it ends.'),
      image: z.string().optional().describe('Or: the image about which something changes.'),
      fails: z
        .enum(['not-found', 'unauthorized', 'server-error', 'refused', 'no-such-host'])
        .nullable()
        .optional()
        .describe('Why its pulls fail from now on; null: they work again.'),
      present: z.boolean().optional().describe('It is on the node, or (false) has to be pulled.'),
      pullTime: duration.optional().describe('How long a pull takes.'),
    })
    .optional()
    .describe('The container runtime.'),
  pause: z
    .strictObject({
      container: z.string().describe('Name of the container.'),
      ...target,
      for: duration.optional().describe('How long. Default: for good.'),
    })
    .optional()
    .describe("A container's processes stand still (in docker: the real thing)."),
  exec: z
    .strictObject({
      container: z.string().describe('Name of the container.'),
      ...target,
      command: z.array(z.string()).min(1).describe('The program and its arguments.'),
    })
    .optional()
    .describe('kubectl exec: runs a command in a container; one that fails is told.'),
  request: z
    .strictObject({
      service: z.string().optional().describe('Sent to a Service (one of its ready endpoints).'),
      pod: z.string().optional().describe('Or to a pod.'),
      namespace: z.string().optional().describe('Default: the one of the scenario.'),
      port: port.optional().describe("Default: the Service's first port."),
      path: z.string().optional().describe('Default /.'),
      method: z.string().optional().describe('Default GET.'),
      timeout: duration.optional().describe('Default 1s.'),
      every: duration.optional().describe('Again and again, so often.'),
      until: duration.optional().describe('With every: until this moment of the run. Default: its end.'),
      client: z.string().optional().describe('A name for expectations to refer to. Default: client.'),
      from: z
        .string()
        .optional()
        .describe('Sent by the app of this pod (pod/NAME), through its sidecar. Default: a client on the node.'),
    })
    .optional()
    .describe('A client sends requests.'),
} satisfies Record<(typeof STEP_ACTIONS)[number], z.ZodType>;

export const step = z
  .strictObject({ at: duration.describe('When. Steps of equal time run in the order of the file.'), ...stepActions })
  .describe('Something that happens: exactly one action.');
