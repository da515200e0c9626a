import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { diffRuns, diffText } from '../../sim/report/diff.ts';
import { buildReport, type Report } from '../../sim/report/report.ts';
import type { RunRecord } from '../../sim/report/run-record.ts';
import { failureText, type Paint, verdictText } from '../../sim/report/text.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import { asciiOnly } from '../color.ts';
import { errorText } from '../errors.ts';
import { EXIT, exitCodeOf, worst } from '../exit-codes.ts';
import { findFiles } from '../find-files.ts';
import { Interrupt } from '../interrupt.ts';
import { besides, type LoadedScenario, loadAll } from '../load-all.ts';
import { play } from '../play.ts';
import { type Selection, selectScenarios } from '../select-scenarios.ts';
import { out } from '../streams.ts';
import { version } from '../version.ts';
import { acceptOutcome } from './accept.ts';

export interface WatchSessionOptions extends Selection {
  paths: readonly string[];
  runtime: 'virtual' | 'docker';
  seed?: number;
  paint: Paint;
}

const DIFF_LINES = 60;

/** What is run again and again, and what came of it the last time. */
export class WatchSession {
  readonly #options: WatchSessionOptions;
  readonly #before = new Map<string, RunRecord>();
  readonly #reports = new Map<string, Report>();
  readonly #codes = new Map<string, number>();
  /** What was played of each file, as it stood then. */
  readonly #played = new Map<string, { loaded: LoadedScenario; text: string }>();
  /** Files that could not be read or played the last time. */
  #broken: number = EXIT.ok;
  runtime: 'virtual' | 'docker';
  seed: number | undefined;
  grep: string | undefined;

  constructor(options: WatchSessionOptions) {
    this.#options = options;
    this.runtime = options.runtime;
    this.seed = options.seed;
    this.grep = options.grep;
  }

  /** The exit code of what was played last. */
  get code(): number {
    return worst([this.#broken, ...this.#codes.values()]);
  }

  get reports(): Report[] {
    return [...this.#reports.values()];
  }

  /** Plays everything again, or what the changed files concern, or what failed. Errors are shown, and not thrown. */
  async run(which: { changed?: ReadonlySet<string>; failedOnly?: boolean } = {}): Promise<void> {
    this.#broken = EXIT.ok;
    try {
      const chosen = this.#chosen(which);
      if (chosen.length === 0 && which.failedOnly === true) out('Nothing failed.\n');
      for (const loaded of chosen) await this.#play(loaded);
    } catch (error) {
      this.#broken = exitCodeOf(error);
      out(errorText(error, this.#options.paint));
    }
  }

  /**
   * Writes into the files of failed scenarios what was so instead of what they expect, where a value says it all. Who
   * watches the files plays them again.
   */
  update(): void {
    const failed = [...this.#codes].filter(([, code]) => code === EXIT.failed).map(([file]) => file);
    if (failed.length === 0) out('Nothing failed: nothing to update.\n');
    for (const file of failed) {
      try {
        this.#update(file);
      } catch (error) {
        out(`${this.#options.paint.failed('✗')} ${file} cannot be updated: ${(error as Error).message}\n`);
      }
    }
  }

  #update(file: string): void {
    const { paint } = this.#options;
    const [played, record] = [this.#played.get(file), this.#before.get(file)];
    if (played === undefined || record === undefined) return;
    if (textOf(file) !== played.text) {
      out(`${paint.warning('!')} ${file} has changed since it was played: not updated\n`);
      return;
    }
    const { scenario } = played.loaded;
    const load = (changed: string) => loadScenario(changed, { file, readFile: besides(file) });
    const { text, updated, left } = acceptOutcome({ scenario, text: played.text, record, load });
    for (const { location, actual } of left) {
      out(`${paint.failed('✗')} ${file}:${location.line} is yours to change: ${actual}\n`);
    }
    if (updated.length === 0) return;
    writeFileSync(file, text);
    for (const { location, actual } of updated) out(`${paint.ok('✓')} ${file}:${location.line} updated: ${actual}\n`);
  }

  #chosen({ changed, failedOnly }: { changed?: ReadonlySet<string>; failedOnly?: boolean }): LoadedScenario[] {
    const { paths, tag } = this.#options;
    const selection = {
      ...(this.grep === undefined ? {} : { grep: this.grep }),
      ...(tag === undefined ? {} : { tag }),
    };
    const all = selectScenarios(loadAll(findFiles(paths), { strict: false }), selection).filter(({ scenario }) =>
      scenario.runtimes.includes(this.runtime),
    );
    if (failedOnly === true) return all.filter(({ scenario }) => this.#codes.get(scenario.file) !== EXIT.ok);
    if (changed === undefined) return all;
    const own = all.filter(({ scenario }) => changed.has(resolve(scenario.file)));
    // Another file, then: manifests that some of them name.
    return own.length > 0 ? own : all;
  }

  async #play(loaded: LoadedScenario): Promise<void> {
    const { paint } = this.#options;
    const { file } = loaded.scenario;
    const interrupt = new Interrupt({ signals: false });
    const text = textOf(file);
    try {
      const record = await play(loaded, {
        runtime: this.runtime,
        keep: false,
        interrupt,
        onFact: () => {},
        ...(this.seed === undefined ? {} : { seed: this.seed }),
      });
      const report = buildReport(record, version());
      const before = this.#before.get(file);
      this.#before.set(file, record);
      this.#played.set(file, { loaded, text });
      this.#reports.set(file, report);
      const { result } = report.verdict;
      this.#codes.set(file, result === 'broken' ? EXIT.broken : result === 'fail' ? EXIT.failed : EXIT.ok);
      out(`${verdictText(report, paint)}\n`);
      for (const expectation of report.expectations.filter(({ ok }) => !ok)) {
        out(
          `${failureText(report, expectation, { width: process.stdout.columns ?? 80, ascii: asciiOnly(), paint })}\n`,
        );
      }
      if (before !== undefined) out(changes(before, record));
    } finally {
      interrupt.dispose();
    }
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** What is different from the run before. */
function changes(before: RunRecord, after: RunRecord): string {
  const lines = diffText(diffRuns(before, after), ['before', 'now']).split('\n');
  if (lines.length <= DIFF_LINES) return lines.join('\n');
  return `${lines.slice(0, DIFF_LINES).join('\n')}\n… ${lines.length - DIFF_LINES} more lines\n`;
}
