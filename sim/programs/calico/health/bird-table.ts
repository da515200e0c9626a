import type { ProgramHost } from '../../host.ts';
import { askBird, type BirdProblem } from './bird-socket.ts';

/** A BGP peer of BIRD's table that Calico has configured. */
export interface BirdPeer {
  /** From the protocol's name: `Mesh_10_0_0_1` is 10.0.0.1. */
  ip: string;
  /** `Established`, `Active`, … */
  state: string;
}

const HEADINGS = 'name proto table state since info';

type Answer<T> = { value: T } | { problem: BirdProblem };

/** Asks BIRD for its protocols. Models bird.go GetPeers. */
export function getPeers(host: ProgramHost, version: '4' | '6', done: (answer: Answer<BirdPeer[]>) => void): void {
  const peers: BirdPeer[] = [];
  const read = (text: string) => readRow(text, version === '4' ? '.' : ':', peers);
  askBird(host, version, 'show protocols', read, (problem) =>
    done(problem === undefined ? { value: peers } : { problem }),
  );
}

/** Asks BIRD whether it still recovers from a restart. Models bird.go GRInProgress. */
export function restartInProgress(
  host: ProgramHost,
  version: '4' | '6',
  done: (answer: Answer<boolean>) => void,
): void {
  let inProgress = false;
  const read = (text: string): 'more' | 'end' | BirdProblem => {
    if (text.startsWith('0013')) return 'end';
    if (text.startsWith('0024')) {
      inProgress = true;
      return 'end';
    }
    return /^(?:0001|1000|1011| )/.test(text) ? 'more' : unexpected(text);
  };
  askBird(host, version, 'show status', read, (problem) =>
    done(problem === undefined ? { value: inProgress } : { problem }),
  );
}

function unexpected(text: string): BirdProblem {
  return { kind: 'read', text: `unexpected output line from BIRD: '${text}'` };
}

/** Models bird.go scanBIRDPeers: the end of the table, or of the connection, ends it. */
function readRow(text: string, separator: '.' | ':', peers: BirdPeer[]): 'more' | 'end' | BirdProblem {
  if (text.startsWith('0000')) return 'end';
  if (text.startsWith('0001')) return 'more';
  const coded = /^[12]002/.test(text);
  // Go's slice of a line that has nothing behind its code is out of range.
  if (coded && text.length < 5)
    return { kind: 'panic', text: `runtime error: slice bounds out of range [5:${text.length}]` };
  const columns = fields(coded ? text.slice(5) : text);
  if (text.startsWith('2002')) {
    if (columns.join(' ') !== HEADINGS) return { kind: 'read', text: 'unknown BIRD table output format' };
  } else if (coded || text.startsWith(' ')) addPeer(columns, separator, peers);
  else return unexpected(text);
  return 'more';
}

function fields(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** A row without the info column, as of a protocol that is disabled, is no peer. */
function addPeer(columns: readonly string[], separator: '.' | ':', peers: BirdPeer[]): void {
  const [name = '', protocol, , , , state] = columns;
  const address = /^(?:Global|Node|Mesh)_(.+)$/.exec(name)?.[1];
  if (protocol !== 'BGP' || state === undefined || address === undefined) return;
  peers.push({ ip: address.replaceAll('_', separator), state });
}
