import type Dockerode from 'dockerode';

interface ProgressLine {
  stream?: string;
  error?: string;
}

/** Waits for the end of an engine's progress stream (build, pull, import); an error line in it rejects. */
export function followProgress(
  docker: Dockerode,
  stream: NodeJS.ReadableStream,
  onLine: (line: string) => void = () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error: Error | null, lines: ProgressLine[] | null) => {
        const failed = lines?.find((line) => line.error !== undefined);
        if (error !== null) reject(error);
        else if (failed !== undefined) reject(new Error(failed.error));
        else resolve();
      },
      (line: ProgressLine) => {
        const text = line.stream?.trim();
        if (text) onLine(text);
      },
    );
  });
}
