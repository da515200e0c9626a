import type { AppDescription } from './description.ts';

/**
 * A description that says nothing but `startup` is about the image's own program: it begins so many ms late. Both
 * runtimes let its process stand still from its start (docker: SIGSTOP, SIGCONT), so that nothing listens until then.
 * Undefined for a description of an app.
 */
export function slowStart(description: AppDescription | undefined): number | undefined {
  if (description?.startup === undefined) return undefined;
  const named = Object.entries(description).filter(([, value]) => value !== undefined);
  return named.length === 1 ? description.startup : undefined;
}
