import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser of this machine; undefined if PATH has none. */
export const CHROMIUM: string | undefined = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find(isExecutable);

/**
 * A suite that needs a browser. Without one its tests are reported as skipped, with the reason in the suite's name; with
 * PROBELAB_REQUIRE_CHROMIUM=1 that is a failure.
 */
export function describeInBrowser(name: string, suite: () => void): void {
  if (CHROMIUM !== undefined) describe(name, suite);
  else if (process.env.PROBELAB_REQUIRE_CHROMIUM === '1') {
    describe(name, () => {
      it('has a browser', () => {
        throw new Error('PROBELAB_REQUIRE_CHROMIUM=1, but there is no chromium on PATH');
      });
    });
  } else describe.skip(`${name} [skipped, no chromium on PATH]`, suite);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
