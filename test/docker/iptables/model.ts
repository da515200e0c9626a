import type { NetworkNamespace } from '../../../sim/runtime/virtual/network/namespace.ts';
import { VirtualNetwork } from '../../../sim/runtime/virtual/network/network.ts';
import type { Server } from '../../../sim/runtime/virtual/network/server.ts';
import type { Ends } from './kernel.ts';
import { OPEN_PORTS, PEERS, POD, type RuleCase } from './rule-sets.ts';

/** What the virtual network does with a case, in the words of `playInKernel`; its pod network is number 0. */
export function playInModel({ rules, connections }: RuleCase): Ends {
  const network = new VirtualNetwork();
  const names = new Map<Server, string>();
  const [pod, ...peers] = [POD, ...PEERS].map((address) => openPod(network, inNetwork(address), names));
  if (pod === undefined || peers.length !== PEERS.length) throw new Error('the network has no more addresses');
  if (pod.restoreRules(inNetwork(rules), { flush: true }) !== undefined) return undefined;
  return connections.map((connection) => {
    const server =
      connection.from === 'pod'
        ? network.fromPod(pod, connection.uid, inNetwork(connection.to), connection.port)
        : network.fromNode(pod.ip, connection.port);
    return typeof server === 'string' ? server : (names.get(server) ?? 'nobody');
  });
}

function openPod(network: VirtualNetwork, expected: string, names: Map<Server, string>): NetworkNamespace {
  const namespace = network.create();
  if (namespace?.ip !== expected) throw new Error(`the pod got ${namespace?.ip}, not ${expected}`);
  for (const port of OPEN_PORTS) {
    for (const address of [namespace.ip, '127.0.0.1']) {
      const server: Server = { http: () => {}, grpc: () => {}, tcp: () => {} };
      names.set(server, `${address}:${port}`);
      namespace.listen(address, port, server);
    }
  }
  return namespace;
}

function inNetwork(text: string): string {
  return text.replaceAll('@', '0');
}
