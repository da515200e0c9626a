import { packageManifest } from '../containers/package-root.ts';

/** The version of this package. */
export function version(): string {
  return packageManifest().version;
}
