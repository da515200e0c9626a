import { readFileSync, writeFileSync } from 'node:fs';
import { LabError } from '../../sim/core/errors.ts';
import type { Report } from '../../sim/report/report.ts';
import { failureText, type ReportTextOptions, reportText, verdictText } from '../../sim/report/text.ts';
import { verdictCounts } from '../../sim/report/verdict.ts';
import { asciiOnly, type ColorMode, paint, wantsColor } from '../color.ts';
import { out } from '../streams.ts';
import type { Format, Target } from './targets.ts';

export interface WriteOptions {
  color: ColorMode;
  quiet: boolean;
}

/**
 * Writes the reports of a command to where `-o` said.
 * @throws LabError OUTPUT_FAILED if a file cannot be written.
 */
export async function writeReports(
  reports: readonly Report[],
  targets: readonly Target[],
  options: WriteOptions,
): Promise<void> {
  for (const { format, file } of targets) {
    if (file === undefined) {
      out(await render(reports, format, options, process.stdout));
      continue;
    }
    const text = await render(reports, format, options, {});
    try {
      writeFileSync(file, text);
    } catch (error) {
      throw new LabError('OUTPUT_FAILED', `"${file}" cannot be written: ${(error as Error).message}`, { cause: error });
    }
  }
}

async function render(
  reports: readonly Report[],
  format: Format,
  options: WriteOptions,
  stream: { isTTY?: boolean; columns?: number },
): Promise<string> {
  switch (format) {
    case 'json':
    case 'yaml': {
      if (format === 'json') return `${JSON.stringify(asObject(reports), null, 4)}\n`;
      return (await import('./objects.ts')).objectsText(asObject(reports), format);
    }
    case 'junit':
      return (await import('./junit.ts')).junitXml(reports);
    case 'markdown':
      return (await import('./markdown.ts')).markdown(reports);
    case 'github':
      return (await import('./markdown.ts')).githubAnnotations(reports);
    case 'html': {
      const [{ htmlPage }, { markdown }] = await Promise.all([
        import('../../sim/report/html/page.ts'),
        import('./markdown.ts'),
      ]);
      return htmlPage(reports, { markdown: (report) => markdown([report]) });
    }
    case 'name':
      return reports.map((report) => `scenario.probelab.dev/${report.metadata.name}\n`).join('');
    default:
      return forReaders(reports, format === 'wide', options, stream);
  }
}

/** One report as it is, several as a list. */
function asObject(reports: readonly Report[]): object {
  const [first] = reports;
  if (reports.length === 1 && first !== undefined) return first;
  return { apiVersion: 'probelab.dev/v1alpha1', kind: 'ReportList', items: reports };
}

function forReaders(
  reports: readonly Report[],
  wide: boolean,
  options: WriteOptions,
  stream: { isTTY?: boolean; columns?: number },
): string {
  const text: ReportTextOptions = {
    width: stream.columns ?? 80,
    ascii: asciiOnly(),
    wide,
    paint: paint(wantsColor(options.color, stream)),
    source: sourceText,
  };
  const [only] = reports;
  if (reports.length === 1 && only !== undefined) {
    return options.quiet ? `${verdictText(only, text.paint)}\n` : reportText(only, text);
  }
  const lines = reports.map((report) => {
    const failed = report.expectations.filter(({ ok }) => !ok);
    const failures = options.quiet ? [] : failed.map((expectation) => `${failureText(report, expectation, text)}\n`);
    return `${verdictText(report, text.paint)}\n${failures.join('')}`;
  });
  return `${lines.join('')}\n${verdictCounts(reports)}\n`;
}

function sourceText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
