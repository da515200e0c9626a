import { parseAddress } from '../network/nat.ts';
import type { EnvoyFilterChain } from './envoy-config.ts';

/** What a listener knows of a connection when it looks for its filter chain. */
export interface ConnectionFacts {
  ip: string;
  port: number;
  /** As found by the inspector; without one every connection is plain to it. */
  tls: boolean;
  sni: string | undefined;
  alpn: readonly string[];
}

/** Does the chain take the connection? The higher the number the more specific; undefined: no. */
export function matchScore(chain: EnvoyFilterChain, facts: ConnectionFacts): number | undefined {
  const { destinationPort, prefixRanges, serverNames, transportProtocol, applicationProtocols } = chain;
  if (destinationPort !== undefined && destinationPort !== facts.port) return undefined;
  if (prefixRanges !== undefined && !inRanges(prefixRanges, facts.ip)) return undefined;
  if (serverNames !== undefined && !serverNames.includes(facts.sni ?? '')) return undefined;
  if (transportProtocol !== undefined && transportProtocol !== (facts.tls ? 'tls' : 'raw_buffer')) return undefined;
  if (applicationProtocols.length > 0 && !facts.alpn.some((name) => applicationProtocols.includes(name)))
    return undefined;
  // Envoy looks at the criteria in this order.
  const given = [destinationPort, prefixRanges, serverNames, transportProtocol, applicationProtocols[0]];
  return given.reduce<number>((score, criterion) => score * 2 + (criterion === undefined ? 0 : 1), 0);
}

function inRanges(ranges: readonly { first: number; size: number }[], ip: string): boolean {
  const address = parseAddress(ip);
  return address !== undefined && ranges.some(({ first, size }) => address >= first && address < first + size);
}
