import type { ProgramHost } from '../../host.ts';
import type { DatastoreState, NodeResource } from './datastore-state.ts';

export type DatastoreAnswer<T> = { value: T } | { error: string };

/** What a node asks of the datastore. Without a limit of time: one that stands still makes its clients stand still. */
export interface Datastore {
  state(done: (answer: DatastoreAnswer<DatastoreState>) => void): void;
  /** Puts this node there; an address that another node has is refused. */
  register(node: NodeResource, done: (answer: DatastoreAnswer<undefined>) => void): void;
}

/**
 * The datastore of the node's environment: ETCD_ENDPOINTS unless DATASTORE_TYPE is kubernetes, else KUBERNETES_SERVICE_HOST and _PORT.
 * With neither, the API server of the lab itself: always there, and this node is its only one.
 */
export function datastoreOf(host: ProgramHost): Datastore {
  const endpoint = endpointOf(host.env);
  return endpoint === undefined ? new OwnApiServer(host) : new HttpDatastore(host, endpoint);
}

interface Endpoint {
  scheme: 'http' | 'https';
  host: string;
  port: number;
}

function endpointOf(env: ProgramHost['env']): Endpoint | undefined {
  // As in calico-etcd.yaml, which names no type: etcd is the default.
  if ((env.DATASTORE_TYPE || 'etcdv3') === 'etcdv3' && env.ETCD_ENDPOINTS) {
    const [first = ''] = (env.ETCD_ENDPOINTS ?? '').split(',');
    const match = /^(https?):\/\/([^/:]+):?(\d+)?/.exec(first);
    return match === null
      ? { scheme: 'http', host: '127.0.0.1', port: 2379 }
      : { scheme: match[1] as Endpoint['scheme'], host: match[2] ?? '', port: Number(match[3] ?? 2379) };
  }
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (!host) return undefined;
  return { scheme: port === '443' || port === '6443' ? 'https' : 'http', host, port: Number(port) };
}

class OwnApiServer implements Datastore {
  readonly #host: ProgramHost;

  constructor(host: ProgramHost) {
    this.#host = host;
  }

  state(done: (answer: DatastoreAnswer<DatastoreState>) => void): void {
    this.#host.clock.setTimeout(() => done({ value: { ready: true, nodes: {}, peers: [], felix: {} } }), 5);
  }

  register(_node: NodeResource, done: (answer: DatastoreAnswer<undefined>) => void): void {
    this.#host.clock.setTimeout(() => done({ value: undefined }), 5);
  }
}

const decoder = new TextDecoder();

class HttpDatastore implements Datastore {
  readonly #host: ProgramHost;
  readonly #endpoint: Endpoint;

  constructor(host: ProgramHost, endpoint: Endpoint) {
    this.#host = host;
    this.#endpoint = endpoint;
  }

  state(done: (answer: DatastoreAnswer<DatastoreState>) => void): void {
    this.#request('GET', '/state', undefined, (answer) =>
      done('error' in answer ? answer : { value: JSON.parse(answer.value) as DatastoreState }),
    );
  }

  register(node: NodeResource, done: (answer: DatastoreAnswer<undefined>) => void): void {
    this.#request('PUT', `/nodes/${node.name}`, JSON.stringify(node), (answer) =>
      done('error' in answer ? answer : { value: undefined }),
    );
  }

  #request(
    method: string,
    target: string,
    body: string | undefined,
    done: (answer: DatastoreAnswer<string>) => void,
  ): void {
    const { host, port } = this.#endpoint;
    this.#host.request({ ...this.#endpoint, method, target, ...(body === undefined ? {} : { body }) }, (outcome) => {
      if (outcome.kind === 'failed') {
        const reason = outcome.cause === 'refused' ? 'connect: connection refused' : (outcome.detail ?? outcome.cause);
        done({ error: `dial tcp ${host}:${port}: ${reason}` });
        return;
      }
      const text = decoder.decode(outcome.body);
      done(outcome.status === 200 ? { value: text } : { error: text.trim() || `status ${outcome.status}` });
    });
  }
}
