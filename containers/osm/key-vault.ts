import { randomUUID } from 'node:crypto';

/**
 * Keeps private keys in this process's memory and gives out stand-ins: what is recorded, printed or saved holds the
 * stand-in, what a container is to use gets the key.
 */
export class KeyVault {
  /** Stand-in → key, each as it stands in files: plain, and base64. */
  readonly #keys = new Map<string, string>();

  /** A text to stand for the key, known to nobody else. */
  seal(privateKey: string): string {
    const standIn = `private key ${randomUUID()}, kept in memory`;
    this.#keys.set(standIn, privateKey);
    this.#keys.set(base64(standIn), base64(privateKey));
    return standIn;
  }

  /** The content of a file with its keys in place. */
  reveal(content: Uint8Array): Uint8Array {
    const text = Buffer.from(content).toString('latin1');
    let revealed = text;
    for (const [standIn, key] of this.#keys) revealed = revealed.replaceAll(standIn, () => key);
    return revealed === text ? content : new Uint8Array(Buffer.from(revealed, 'latin1'));
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
