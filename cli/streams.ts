import { writeSync } from 'node:fs';

let broken = false;

/** A reader that went away (`| head`) is no error: what else there is to say is dropped. */
export function toleratePipeEnd(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EBADF') throw error;
      broken = true;
    });
  }
}

/** Writes a result to stdout. */
export function out(text: string): void {
  if (!broken && text !== '') process.stdout.write(text);
}

/** Writes progress or a message to stderr, at once: also while the event loop stands still in a virtual run. */
export function err(text: string): void {
  if (text === '') return;
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; ) {
    try {
      from += writeSync(2, bytes, from);
    } catch (error) {
      // A pipe that is full for the moment; anything else (closed, broken) loses the text.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}

/** Ends the process once stdout has been read, whatever still holds the event loop. */
export function finish(code: number): void {
  process.exitCode = code;
  if (broken || process.stdout.destroyed) process.exit(code);
  process.stdout.write('', () => process.exit(code));
}
