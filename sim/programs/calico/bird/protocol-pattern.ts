import type { BirdProtocol, BirdView } from './bird-view.ts';

/** Protocols that a command means, or BIRD's complaint. */
export type Chosen = { protocols: readonly BirdProtocol[] } | { error: string };

/**
 * `NAME`, `"PATTERN"`, or (`all`) every one. Undefined: the word can be none of these.
 * Models bird 1.6 nest/proto.c proto_apply_cmd.
 */
export function choose(view: BirdView, word: string): Chosen | undefined {
  const protocols = view.protocols();
  if (word === 'all') return { protocols };
  const pattern = /^"(.*)"$/.exec(word)?.[1];
  if (pattern !== undefined) {
    const glob = new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    );
    const found = protocols.filter(({ name }) => glob.test(name));
    return found.length === 0 ? { error: '8003 No protocols match\n' } : { protocols: found };
  }
  if (!/^[A-Za-z_]\w*$/.test(word)) return undefined;
  const named = protocols.find(({ name }) => name === word);
  return named === undefined ? { error: `9002 ${word} is not a protocol\n` } : { protocols: [named] };
}
