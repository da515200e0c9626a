import type { BgpDetails } from './bgp-connection.ts';
import type { PeerConfig } from './bird-config.ts';
import type { ProtocolOptions } from './protocol-options.ts';

/** What `show protocols all` knows of a protocol beyond its row. */
export interface ProtocolDetails {
  options: ProtocolOptions;
  /** While BIRD recovers from a restart: whether it is waited for, and whether it waits itself. */
  recovery: { pending: boolean; waiting: boolean } | undefined;
  /** Undefined: it is down. */
  routes: RouteCounts | undefined;
  bgp: { config: PeerConfig; address: string; details: BgpDetails } | undefined;
}

/** Routes that it has brought, and those of others that it was told of and would not have. */
export interface RouteCounts {
  imported: number;
  exportsRejected: number;
  exportsFiltered: number;
}

/** The lines behind the row, an empty one last. Models bird 1.6 nest/proto.c proto_show_basic_info, proto_show_stats. */
export function detailLines({ options, recovery, routes, bgp }: ProtocolDetails): string[] {
  const lines: string[] = [];
  if (options.description !== undefined) lines.push(`  Description:    ${options.description}`);
  lines.push(`  Preference:     ${options.preference}`);
  lines.push(`  Input filter:   ${options.importFilter}`);
  lines.push(`  Output filter:  ${options.exportFilter}`);
  if (recovery !== undefined)
    lines.push(`  GR recovery:   ${recovery.pending ? ' pending' : ''}${recovery.waiting ? ' waiting' : ''}`);
  if (routes !== undefined) lines.push(...routeLines(routes));
  if (bgp !== undefined) lines.push(...bgpLines(bgp));
  return [...lines, ''];
}

function routeLines({ imported, exportsRejected, exportsFiltered }: RouteCounts): string[] {
  const cells = (values: readonly (number | '---')[]) => values.map((value) => String(value).padStart(10)).join(' ');
  const told = exportsRejected + exportsFiltered;
  return [
    `  Routes:         ${imported} imported, 0 exported, ${imported} preferred`,
    '  Route change stats:     received   rejected   filtered    ignored   accepted',
    `    Import updates:     ${cells([imported, 0, 0, 0, imported])}`,
    `    Import withdraws:   ${cells([0, 0, '---', 0, 0])}`,
    `    Export updates:     ${cells([told, exportsRejected, exportsFiltered, '---', 0])}`,
    `    Export withdraws:   ${cells([0, '---', '---', '---', 0])}`,
  ];
}

/** Models bird 1.6 proto/bgp/bgp.c bgp_show_proto_info. */
function bgpLines({ config, address, details }: NonNullable<ProtocolDetails['bgp']>): string[] {
  const { errorWait, connectDelay, session, lastError } = details;
  const lines = [
    `  BGP state:          ${details.state}`,
    `    Neighbor address: ${config.neighbor}`,
    `    Neighbor AS:      ${config.neighborAs}`,
  ];
  if (errorWait !== undefined) lines.push(`    Error wait:       ${errorWait.left}/${errorWait.total}`);
  if (connectDelay !== undefined) lines.push(`    Connect delay:    ${connectDelay.left}/${connectDelay.total}`);
  if (session !== undefined) {
    const { peer, hold, keepalive } = session;
    lines.push(`    Neighbor ID:      ${peer.routerId}`);
    lines.push(`    Neighbor caps:   ${words(capabilityWords(peer))}`);
    lines.push(`    Session:          ${sessionWords(config, peer).join(' ')}`);
    lines.push(`    Source address:   ${config.sourceAddress ?? address}`);
    lines.push(`    Hold timer:       ${hold.left}/${hold.total}`);
    lines.push(`    Keepalive timer:  ${keepalive.left}/${keepalive.total}`);
  }
  if (lastError !== '') lines.push(`    Last error:       ${lastError}`);
  return lines;
}

type Peer = NonNullable<BgpDetails['session']>['peer'];

function capabilityWords({ capabilities, gracefulRestart }: Peer): string[] {
  return [
    ...(capabilities?.refresh ? ['refresh'] : []),
    ...(capabilities?.enhancedRefresh ? ['enhanced-refresh'] : []),
    ...(gracefulRestart ? ['restart-able'] : []),
    ...(capabilities?.longLivedRestart ? ['llgr-aware'] : []),
    ...(capabilities?.as4 ? ['AS4'] : []),
    ...(capabilities?.addPaths.rx ? ['add-path-rx'] : []),
    ...(capabilities?.addPaths.tx ? ['add-path-tx'] : []),
  ];
}

function sessionWords(config: PeerConfig, { capabilities }: Peer): string[] {
  return [
    config.localAs === config.neighborAs ? 'internal' : 'external',
    ...(config.multihop ? ['multihop'] : []),
    ...(config.client === undefined ? [] : [config.client]),
    ...(capabilities?.as4 ? ['AS4'] : []),
    // One takes what the other gives.
    ...(config.addPaths.rx && capabilities?.addPaths.tx ? ['add-path-rx'] : []),
    ...(config.addPaths.tx && capabilities?.addPaths.rx ? ['add-path-tx'] : []),
  ];
}

function words(list: readonly string[]): string {
  return list.map((word) => ` ${word}`).join('');
}
