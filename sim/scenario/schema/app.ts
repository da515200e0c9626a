import * as z from 'zod';
import { duration, port, windowFields } from './scalars.ts';

const routeBehaviour = {
  status: z.int().min(100).max(599).optional().describe('Status code of the answer.'),
  body: z.string().optional().describe('Body of the answer.'),
  headers: z.record(z.string(), z.string()).optional().describe('Headers of the answer.'),
  delay: duration.optional().describe('Before the answer.'),
  hang: z.boolean().optional().describe('Never answers.'),
  reset: z.boolean().optional().describe('Resets the connection (TCP RST) instead of answering.'),
  close: z.boolean().optional().describe('Closes the connection without an answer.'),
  truncate: z.boolean().optional().describe('Announces a longer body than it sends.'),
};

const route = z
  .strictObject({
    path: z.string().describe('Exact path, or with a trailing * a prefix.'),
    method: z.string().optional().describe('Only requests of this method.'),
    ...routeBehaviour,
    windows: z
      .array(z.strictObject({ ...windowFields, ...routeBehaviour }))
      .optional()
      .describe('What it does instead for a time; the last window that holds wins.'),
  })
  .describe('What is answered on a path.');

const grpcStatus = z.enum(['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']);

const grpcHealth = z.strictObject({
  status: grpcStatus.optional().describe('What the health service answers.'),
  code: z.string().optional().describe('A gRPC status code (Unimplemented) instead of an answer.'),
  message: z.string().optional().describe('The message of that code.'),
  delay: duration.optional().describe('Before the answer.'),
  hang: z.boolean().optional().describe('Never answers.'),
});

const server = z
  .strictObject({
    port: port.describe('The port it listens on.'),
    protocol: z.enum(['http', 'https', 'tcp', 'grpc']).describe('What it speaks.'),
    address: z.string().optional().describe('Default: every address. 127.0.0.1: reachable from within the pod only.'),
    startup: duration.optional().describe("From process start to listening; default the app's startup."),
    listening: z.array(z.strictObject(windowFields)).optional().describe('Listens only in these windows.'),
    routes: z
      .array(route)
      .optional()
      .describe('http, https: the first match answers, any other path 404. Without routes every path answers 200.'),
    idleTimeout: duration
      .optional()
      .describe('http: closes a connection that has been without a request for so long. Default: never.'),
    connection: z
      .enum(['accept', 'close', 'reset', 'silent'])
      .optional()
      .describe('tcp: what happens to a connection. Default accept.'),
    health: z.record(z.string(), grpcHealth).optional().describe('grpc: health by service; "" is the server itself.'),
  })
  .describe('One listening port.');

const exec = z.strictObject({
  command: z.string().describe('The command line, words joined by a blank; a trailing * makes it a prefix.'),
  ...windowFields,
  exitCode: z.int().optional().describe('Default 0.'),
  stdout: z.string().optional().describe('What it writes to standard output.'),
  stderr: z.string().optional().describe('What it writes to standard error.'),
  duration: duration.optional().describe('How long it takes.'),
});

const file = z.strictObject({
  path: z.string().describe('Absolute path.'),
  content: z.string().optional().describe('Default: empty.'),
  ...windowFields,
});

const termination = z
  .strictObject({
    delay: duration.optional().describe('From SIGTERM to exit.'),
    ignore: z.boolean().optional().describe('SIGTERM is ignored: only SIGKILL ends it.'),
    graceful: z.boolean().optional().describe('Closes its ports, lets requests in progress end, then ends.'),
    exitCode: z.int().optional().describe('Default 0.'),
    unready: z.array(z.string()).optional().describe('Goes on answering, but these paths with 503.'),
    message: z.string().optional().describe('Written to the termination message path.'),
  })
  .describe('How it takes SIGTERM. Default: exits 0 at once.');

const registry = z
  .strictObject({
    client: z
      .enum(['spring', 'node'])
      .optional()
      .describe(
        'spring: a 2.x client, gone with its connection. node: the npm package, with heartbeats. Default spring.',
      ),
    server: z.string().optional().describe('host:port of the registry. Default nacos:8848.'),
    service: z.string().optional().describe('The name it registers; without it the app only looks others up.'),
    port: port.optional().describe('The port it registers. Default 8080.'),
    registerAfter: duration
      .optional()
      .describe("From its port's opening to registering. Default: spring 1.1s, node at once."),
    deregisterPath: z.string().optional().describe('A GET of this path deregisters it.'),
    onTerm: z
      .enum(['nothing', 'deregister'])
      .optional()
      .describe('What SIGTERM does to the registration. Default: spring deregister, node nothing.'),
    lingers: duration.optional().describe('From that deregistering to the end; it goes on answering. Default 0s.'),
    beatsAfterDeregister: z
      .boolean()
      .optional()
      .describe('node: heartbeats go on after a deregister, so that the instance comes back.'),
  })
  .describe('How it joins a Nacos registry, and leaves it.');

const call = z
  .strictObject({
    name: z.string().regex(/^\S+$/u).describe('Name of the caller in reports and expectations.'),
    via: z.enum(['registry', 'service']).describe("Finds instances in the registry, or calls the Service's address."),
    service: z.string().describe("The name in the registry, or the Service's with its port: orders:80."),
    ttl: duration
      .optional()
      .describe('A list is used for so long (Spring Cloud LoadBalancer: 35s). Default: not kept.'),
    refresh: duration.optional().describe('The list is taken again at this interval (Ribbon: 30s).'),
    path: z.string().optional().describe('Default /.'),
    every: duration.optional().describe('Between two requests. Default 100ms.'),
    timeout: duration.optional().describe('How long it waits for an answer. Default 3s.'),
    ...windowFields,
  })
  .describe('Requests sent again and again.');

export const appDescription = z
  .strictObject({
    startup: duration
      .optional()
      .describe('From process start to listening. Default: at once. Alone: the program of the image starts so late.'),
    servers: z.array(server).optional().describe('The ports it listens on.'),
    exec: z.array(exec).optional().describe('What a command run in the container gives.'),
    files: z.array(file).optional().describe('Files that are there, or for a time.'),
    termination: termination.optional(),
    registry: registry.optional(),
    calls: z.array(call).optional().describe('Whom it calls, again and again.'),
    exit: z
      .strictObject({
        after: duration.describe('So long after it started.'),
        code: z.int().describe('Its exit code.'),
        signal: z.enum(['SIGSEGV', 'SIGABRT', 'OOM']).optional().describe('What ends it.'),
        log: z.array(z.string()).optional().describe('Lines written to standard error before.'),
      })
      .optional()
      .describe('Ends by itself.'),
    logs: z
      .array(
        z.strictObject({
          at: duration.describe('So long after it started.'),
          line: z.string().describe('What is written.'),
          stream: z.enum(['stdout', 'stderr']).optional().describe('Default stdout.'),
        }),
      )
      .optional()
      .describe('Lines it writes.'),
  })
  .describe('How an app behaves.');

export const appPatch = {
  server: port.optional().describe('The port of the server that changes.'),
  path: z.string().optional().describe('The route that changes.'),
  service: z.string().optional().describe('grpc: the service whose health changes.'),
  grpc: grpcStatus.optional().describe('Its new status.'),
  listening: z.boolean().optional().describe("Opens or closes the server's port."),
  ...routeBehaviour,
  files: z.record(z.string(), z.string().nullable()).optional().describe('Files that appear, or go (null).'),
  exit: z.int().optional().describe('The process exits now with this code.'),
  die: z.enum(['SIGKILL', 'SIGSEGV', 'SIGABRT', 'OOM']).optional().describe('The kernel ends the process now.'),
  termination: termination.optional(),
  instanceOnly: z.boolean().optional().describe('Only the running instance changes; the next starts as described.'),
};
