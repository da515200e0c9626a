import { DESCRIBE_TABS, tabulate } from './tabwriter.ts';
import { escapeTerminal } from './terminal-escape.ts';

/** Annotations longer than this go on lines of their own, cut. */
const MAX_ANNOTATION = 140;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A toleration as describe needs it. */
export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

/**
 * Collects the text of a `kubectl describe` and aligns it at the end.
 * Models k8s.io/kubectl v0.34 pkg/describe prefixWriter over a tabwriter.
 */
export class DescribeWriter {
  #aligned = '';
  #pending = '';

  /** One line, indented by `level` × 2 blanks. */
  line(level: number, text: string): void {
    this.text(level, `${text}\n`);
  }

  /** Text without a line end. */
  text(level: number, text: string): void {
    this.#pending += '  '.repeat(level) + escapeTerminal(text);
  }

  /** Ends all columns: what follows is aligned by itself. */
  flush(): void {
    this.#aligned += tabulate(this.#pending, DESCRIBE_TABS);
    this.#pending = '';
  }

  toString(): string {
    this.flush();
    return this.#aligned;
  }

  /** `Labels:  a=b`, one pair a line. */
  labels(title: string, labels: Record<string, string> | undefined, indent = ''): void {
    this.#lines(
      `${indent}${title}:\t`,
      `${indent}\t`,
      Object.keys(labels ?? {})
        .sort()
        .map((key) => `${key}=${labels?.[key]}`),
    );
  }

  /** Annotations, without what `kubectl apply` remembers; long or multi-line ones below their key. */
  annotations(title: string, annotations: Record<string, string> | undefined, indent = ''): void {
    const entries = Object.entries(annotations ?? {})
      .filter(([key]) => key !== LAST_APPLIED)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    this.#lines(
      `${indent}${title}:\t`,
      `${indent}\t`,
      entries.map(([key, raw]) => {
        const value = raw.replace(/\n$/, '');
        if (!value.includes('\n') && value.length + key.length + 2 <= MAX_ANNOTATION) return `${key}: ${value}`;
        const lines = value.split('\n').map((line) => `\n\t  ${shorten(line, MAX_ANNOTATION - 2)}`);
        return `${key}:${lines.join('')}`;
      }),
    );
  }

  tolerations(title: string, tolerations: readonly Toleration[] | undefined, indent = ''): void {
    const sorted = [...(tolerations ?? [])].sort((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1));
    this.#lines(`${indent}${title}:\t`, `${indent}\t`, sorted.map(tolerationText));
  }

  #lines(first: string, next: string, values: readonly string[]): void {
    if (values.length === 0) this.line(0, `${first}<none>`);
    for (const [index, value] of values.entries()) this.line(0, (index === 0 ? first : next) + value);
  }
}

/** A time as describe shows it: `Sat, 21 Nov 2026 10:28:17 +0000`. Models time.RFC1123Z in UTC. */
export function describeTime(timestamp: string | null | undefined): string {
  if (timestamp === undefined || timestamp === null) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  return new Date(Date.parse(timestamp)).toUTCString().replace('GMT', '+0000');
}

function tolerationText(toleration: Toleration): string {
  const { key = '', value = '', effect = '', operator, tolerationSeconds } = toleration;
  let text = key;
  if (value !== '') text += `=${value}`;
  if (effect !== '') text += `:${effect}`;
  if (operator === 'Exists' && value === '') text += key !== '' || effect !== '' ? ' op=Exists' : 'op=Exists';
  if (tolerationSeconds !== undefined) text += ` for ${tolerationSeconds}s`;
  return text;
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
