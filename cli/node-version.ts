const NEEDED = 24;

/** What to tell someone whose Node cannot run probelab, one sentence; undefined if it can. `version`: as `24.21.0`. */
export function tooOld(version: string): string | undefined {
  if (Number(version.split('.')[0]) >= NEEDED) return undefined;
  return `probelab needs Node ${NEEDED} or newer, this is v${version}: install it with "nvm install ${NEEDED}" or from https://nodejs.org/en/download.`;
}
