import type { AppDescription } from './description.ts';

/**
 * A description that says nothing but `startup` is about the image's own program: it begins so many ms late, and nothing
 * listens until then. The container has started all the same. Undefined for a description of an app.
 */
export function slowStart(description: AppDescription | undefined): number | undefined {
  if (description?.startup === undefined) return undefined;
  const named = Object.entries(description).filter(([, value]) => value !== undefined);
  return named.length === 1 ? description.startup : undefined;
}
