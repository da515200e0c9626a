import type { HttpExchange, Program } from '../../host.ts';
import type { DatastoreState, NodeResource } from './datastore-state.ts';

const INITIAL = '/etc/calico/datastore.json';
const PORT = 2379;
const decoder = new TextDecoder();

/**
 * A datastore for labs, in the place of etcd or the API server: nodes put themselves there, everybody reads all. It begins
 * with /etc/calico/datastore.json. A step may change any part of its state (`datastore: {ready: false}`).
 */
export const calicoDatastore: Program = (host) => {
  const file = host.files.read(INITIAL);
  const given = file === undefined ? {} : (JSON.parse(decoder.decode(file)) as Partial<DatastoreState>);
  let state: DatastoreState = { ready: true, nodes: {}, peers: [], felix: {}, ...given };
  host.onSteer((patch) => {
    const { datastore } = patch as { datastore?: Partial<DatastoreState> };
    if (datastore !== undefined) state = { ...state, ...datastore };
  });
  host.listenHttp({ port: PORT }, (exchange) => {
    const { method, target } = exchange.request;
    const name = /^\/nodes\/([^/]+)$/.exec(target)?.[1];
    if (method === 'GET' && target === '/state') json(exchange, 200, state);
    else if (method === 'PUT' && name !== undefined) {
      const node = JSON.parse(decoder.decode(exchange.request.body)) as NodeResource;
      const other = Object.values(state.nodes).find(({ ip, name: taken }) => ip === node.ip && taken !== name);
      if (other !== undefined) {
        const text = `Calico node '${other.name}' is already using the IPv4 address ${node.ip}.`;
        exchange.reply({ status: 409, body: text });
        return;
      }
      state = { ...state, nodes: { ...state.nodes, [name]: { ...node, name } } };
      json(exchange, 200, node);
    } else exchange.reply({ status: 404, body: 'not found' });
  });
  host.onSignal('SIGTERM', () => host.exit(0));
};

function json(exchange: HttpExchange, status: number, value: unknown): void {
  exchange.reply({ status, headers: [['Content-Type', 'application/json']], body: JSON.stringify(value) });
}
