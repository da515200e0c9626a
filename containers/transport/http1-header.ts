import { fromByteString, goQuote } from '../../sim/kubelet/prober/go-text.ts';
import { canonicalHeaderName } from '../../sim/kubelet/prober/headers.ts';

/** What is wrong with a response, in Go's words. */
export class MalformedResponse extends Error {}

/**
 * Reads a header, or a trailer, line by line. Lines are byte strings without their end.
 * Models net/textproto ReadMIMEHeader.
 */
export class HeaderReader {
  /** Values are texts, names as they were sent. */
  readonly headers: [name: string, value: string][] = [];
  /** A line that may be continued on the next. */
  #pending: string | undefined;

  /** Takes a line; true for the empty line. Throws `MalformedResponse`. */
  line(line: string): boolean {
    const folded = line.startsWith(' ') || line.startsWith('\t');
    if (folded && this.#pending !== undefined) {
      this.#pending += ` ${trim(line)}`;
      return false;
    }
    if (folded) throw new MalformedResponse(`malformed MIME header initial line: ${fromByteString(line)}`);
    this.end();
    if (line === '') return true;
    if (!line.includes(':')) throw new MalformedResponse(`malformed MIME header: missing colon: ${goQuote(line)}`);
    this.#pending = trim(line);
    return false;
  }

  /** The line that came last is not continued. Throws `MalformedResponse`. */
  end(): void {
    const line = this.#pending;
    this.#pending = undefined;
    if (line === undefined) return;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1);
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z ]+$/.test(name)) throw malformed(line);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) throw malformed(`${canonicalHeaderName(name)}:${value}`);
    this.headers.push([name, fromByteString(trim(value))]);
  }
}

function malformed(line: string): MalformedResponse {
  return new MalformedResponse(`malformed MIME header line: ${fromByteString(line)}`);
}

function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}
