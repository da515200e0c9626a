import type { Server, ServerUnaryCall, ServiceDefinition, sendUnaryData } from '@grpc/grpc-js';
import { PORTS } from './ports.ts';

interface Answer {
  /** Number of the serving status. */
  status?: number;
  code?: number;
  message?: string;
  never?: boolean;
}

interface Request {
  service: string;
}

interface Response {
  status: number;
}

/** The recorder's health server by service name. */
const SERVING: Readonly<Record<string, number>> = { '': 1, up: 1, down: 2, unknown: 0, svcunknown: 3 };
const CODES = 17;

/** The recorder's gRPC servers: port and behaviour. @grpc/grpc-js serves, so that another implementation judges ours. */
export async function startGrpcServers(host: string): Promise<{ stop(): void }> {
  const { Server: GrpcServer, ServerCredentials } = await import('@grpc/grpc-js');
  const behaviours: [port: number, check: (service: string) => Answer][] = [
    [PORTS.grpc, (service) => (Object.hasOwn(SERVING, service) ? { status: SERVING[service] } : NO_SUCH_SERVICE)],
    [PORTS.grpcWithoutHealth, () => ({ code: 12, message: 'unknown service grpc.health.v1.Health' })],
  ];
  for (let code = 0; code < CODES; code++) {
    behaviours.push([
      PORTS.grpcCode + code,
      () => (code === 0 ? { never: true } : { code, message: 'custom message' }),
    ]);
  }
  const servers: Server[] = [];
  for (const [port, check] of behaviours) {
    const server = new GrpcServer();
    server.addService(HEALTH, { Check: handler(check) });
    servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }
  return { stop: () => servers.forEach((server) => void server.forceShutdown()) };
}

const NO_SUCH_SERVICE: Answer = { code: 5, message: 'unknown service' };

/** grpc.health.v1.Health: request and answer have one field each, so the codec is two lines. */
const HEALTH: ServiceDefinition = {
  Check: {
    path: '/grpc.health.v1.Health/Check',
    requestStream: false,
    responseStream: false,
    requestSerialize: ({ service }: Request) => Buffer.from(service),
    requestDeserialize: (bytes: Buffer): Request => ({ service: bytes.subarray(2).toString('utf8') }),
    responseSerialize: ({ status }: Response) => Buffer.from(status === 0 ? [] : [8, status]),
    responseDeserialize: (bytes: Buffer): Response => ({ status: bytes[1] ?? 0 }),
  },
};

function handler(check: (service: string) => Answer) {
  return (call: ServerUnaryCall<Request, Response>, respond: sendUnaryData<Response>): void => {
    const { status, code, message, never } = check(call.request.service);
    if (never === true) return;
    if (status !== undefined) respond(null, { status });
    else respond({ code: code ?? 2, details: message ?? '' });
  };
}
