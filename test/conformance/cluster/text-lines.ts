import { mask } from './mask.ts';
import type { Story } from './story.ts';

/** kubectl asks the API this long after the text's time, at most. */
export const ASKED_WITHIN_S = 0.6;

/** One of kubectl's texts of a recording. */
export interface SnapshotText {
  file: string;
  body: string;
  /** When it was asked for, seconds since the apply; where that is not known, when it may have been. */
  at: readonly number[];
}

/** The texts that show a moment; those without a time of their own were made with one of the snapshots. */
export function snapshotTexts(story: Story): SnapshotText[] {
  const anyOf = story.snapshots.map(({ t }) => t).reverse();
  return [...story.texts].map(([file, text]) => {
    const header = /^# \S+ rel=([\d.]+).*\n/.exec(text);
    if (header === null) return { file, body: text, at: anyOf };
    return { file, body: text.slice(header[0].length), at: [Number(header[1]) - story.textOffset] };
  });
}

/** Lines without what no two runs share. */
export function comparable(lines: readonly string[]): string[] {
  return streamsApart(lines).map(maskText);
}

/** The first difference if there is one at every time; undefined if none is at one of them. */
export function firstIfAll(differences: readonly (string | undefined)[]): string | undefined {
  return differences.includes(undefined) ? undefined : differences[0];
}

/** The first line that differs, undefined if none does. */
export function firstDifference(expected: readonly string[], actual: readonly string[]): string | undefined {
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    if (expected[i] !== actual[i]) return `line ${i + 1}\n    recorded ${expected[i]}\n    played   ${actual[i]}`;
  }
  return undefined;
}

/**
 * A message that is the end of a log: what the app wrote to stdout (its JSON lines) and to stderr within a millisecond stands there
 * in either order.
 */
function streamsApart(lines: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const head = /^ *Message: +/.exec(lines[i] ?? '')?.[0];
    const end = lines.indexOf('', i);
    const log = head === undefined || end < 0 ? [] : [(lines[i] ?? '').slice(head.length), ...lines.slice(i + 1, end)];
    if (head === undefined || !log.some(isAppLine)) {
      result.push(lines[i] ?? '');
      continue;
    }
    // Where its beginning was cut off hangs on the lengths of the numbers in it.
    const whole = log
      .filter(isAppLine)
      .map((line) => (line.startsWith('{') ? line : line.replace(/^.*?(?="httpver":)/, '')));
    result.push(head, ...whole, ...log.filter((line) => !isAppLine(line)));
    i = end - 1;
  }
  return result;
}

function isAppLine(line: string): boolean {
  return line.includes('"mono":');
}

function maskText(line: string): string {
  return mask(line)
    .replace(/^( *(?:Container ID|Image ID|IP|Start Time|Started|Finished|IPs): *)\S.*$/, '$1<masked>')
    .replace(/pod-template-hash=\w+/g, 'pod-template-hash=<hash>')
    .replace(/kube-api-access-\w{5}/g, 'kube-api-access-<random>')
    .replace(/^(Node: +[^/]+)\/\S+/, '$1/<ip>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>')
    .replace(/(?<=[\s(])(?:\d+[dhms])+(?= |\)|$)|<invalid>/g, '<age>')
    .replace(/"(mono|dur)":[\d.e-]+/g, '"$1":<seconds>')
    .replace(/"t":"[^"]*"/g, '"t":<time>')
    .replace(/"remote":"[^"]*"/g, '"remote":<client>')
    .replace(/^goroutine \d+ /, 'goroutine <n> ')
    .replace(/\b0x[0-9a-f]{6,}/g, '<address>')
    .replace(/ +/g, ' ')
    .trimEnd();
}
