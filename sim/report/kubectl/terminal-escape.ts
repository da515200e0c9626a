/**
 * Makes text of a foreign program harmless for a terminal: no escape sequences, no carriage returns.
 * Models k8s.io/cli-runtime v0.34 pkg/printers/terminal.go EscapeTerminal.
 */
export function escapeTerminal(text: string): string {
  return text.replaceAll('\u001b', '^[').replaceAll('\r', '\\r');
}
