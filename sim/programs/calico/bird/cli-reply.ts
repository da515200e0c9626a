/**
 * An answer at the control socket: lines with codes, the last of which ends it. A line of the same code as the one before
 * begins with a blank instead.
 * Models bird 1.6 nest/cli.c cli_printf.
 */
export class CliReply {
  #text = '';
  #code = '';

  /** A line that others follow. `code`: four digits. */
  line(code: string, text: string): this {
    this.#text += `${code === this.#code ? ' ' : `${code}-`}${text}\n`;
    this.#code = code;
    return this;
  }

  /** The last line. Without a text the answer's lines say it all. */
  end(code = '0000', text = ''): string {
    return `${this.#text}${code} ${text}\n`;
  }
}
