import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StampedFact } from '../sim/kube/fact.ts';
import type { ObjectWrite } from '../sim/report/object-writes.ts';

const ABOUT = 'run.json';
const WRITES = 'writes.jsonl';
const LOOK_EVERY_MS = 100;
const CHUNK = 64 * 1024;

/** A run that is going on, in some process of this machine. */
export interface LiveRun {
  name: string;
  pid: number;
  /** Calendar time of t = 0, ms since 1970. */
  epochMs: number;
  folder: string;
}

/** What a run in real time leaves to be looked at by `get`, `describe`, `events` and `-w` while it goes on. */
export class LiveRunWriter {
  readonly #folder: string;
  readonly #name: string;
  #file: number | undefined;

  /** `output`: the output folder. Nothing is written before the first fact. */
  constructor(output: string, name: string) {
    this.#name = name;
    this.#folder = join(liveFolder(output), `${Date.now()}-${process.pid}`);
  }

  /** Never throws: to be looked at is a service, and no reason for a run to end. */
  onFact(fact: StampedFact, { epochMs }: { epochMs: number }): void {
    if (fact.kind !== 'object') return;
    const { at, op, object } = fact;
    try {
      this.#file ??= this.#open(epochMs);
      writeSync(this.#file, `${JSON.stringify({ at, op, object })}\n`);
    } catch {
      // The disk is full, or the folder is gone.
    }
  }

  /** The run is over: who watches it is told, the folder goes. */
  end(): void {
    if (this.#file === undefined) return;
    try {
      writeSync(this.#file, '\n');
      closeSync(this.#file);
      rmSync(this.#folder, { recursive: true, force: true });
    } catch {
      // The next one who looks removes it.
    }
    this.#file = undefined;
  }

  #open(epochMs: number): number {
    const draft = join(this.#folder, `.${ABOUT}`);
    mkdirSync(this.#folder, { recursive: true });
    const file = openSync(join(this.#folder, WRITES), 'a');
    writeFileSync(draft, JSON.stringify({ name: this.#name, pid: process.pid, epochMs }));
    renameSync(draft, join(this.#folder, ABOUT));
    return file;
  }
}

function liveFolder(output: string): string {
  return join(output, 'live');
}

/** The runs that go on now, oldest first; what dead ones left is removed. */
export function liveRuns(output: string): LiveRun[] {
  let names: string[];
  try {
    names = readdirSync(liveFolder(output)).sort();
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const folder = join(liveFolder(output), name);
    try {
      const run = JSON.parse(readFileSync(join(folder, ABOUT), 'utf8')) as Omit<LiveRun, 'folder'>;
      if (isAlive(run.pid)) return [{ ...run, folder }];
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // It begins or ends at this moment.
    }
    return [];
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The run that is meant: the newest one without a name, else the one of this name or process. */
export function findLiveRun(output: string, wanted: string | undefined): LiveRun | undefined {
  const runs = liveRuns(output);
  if (wanted === undefined) return runs.at(-1);
  return runs.findLast(({ name, pid }) => name === wanted || String(pid) === wanted);
}

/** The writes of a run that goes on; with `follow` also those to come, until it ends or its process is dead. */
export async function* readLiveWrites(run: LiveRun, follow: boolean): AsyncGenerator<ObjectWrite> {
  const file = openSync(join(run.folder, WRITES), 'r');
  const buffer = Buffer.alloc(CHUNK);
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const read = readSync(file, buffer, 0, CHUNK, null);
      if (read === 0) {
        if (!follow || !isAlive(run.pid)) return;
        await sleep(LOOK_EVERY_MS);
        continue;
      }
      const lines = (rest + decoder.decode(buffer.subarray(0, read), { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') return;
        yield JSON.parse(line) as ObjectWrite;
      }
    }
  } finally {
    closeSync(file);
  }
}
