import { IGNORE_ANNOTATION, RULES, STARTUP_ANNOTATION } from '../sim/doctor/rules/check-manifests.ts';
import type { Rule } from '../sim/doctor/rules/rule.ts';

/** What `probelab check --explain RULE` prints. */
export function ruleText({ id, level, title, why, example, fix }: Rule): string {
  return `${id} (${level}): ${title}\n\nWhy:     ${why}\nExample: ${example}\nFix:     ${fix}\n`;
}

/** The page docs/checks.md: every rule of `probelab check`, made from the rules themselves. */
export function checkReference(): string {
  const parts = [
    '# Checks',
    '',
    '<!-- Made by `node cli/reference-main.ts`; do not edit. -->',
    '',
    '`probelab check FILE|DIR…` looks at the probes of manifests and scenarios without running them, and does the arithmetic of',
    "the kubelet: when is an app given up, how long are clients sent to a dead one. An app's own time to start is not in a",
    `manifest: say it with \`--startup 45s\`, or per pod with the annotation \`${STARTUP_ANNOTATION}: 45s\`. The annotation`,
    `\`${IGNORE_ANNOTATION}: RULE,RULE\` on an object or a template, or \`--ignore RULE\`, silences a rule.`,
    '',
    'Exit code 1 if there is an error; `--fail-on warning` counts warnings, too. `-o json` for programs (key on `rule`, the',
    'message may be reworded), `-o github` for annotations beside the lines of a pull request.',
  ];
  for (const { id, level, title, why, example, fix } of RULES) {
    parts.push('', `## ${id}`, '', `${title}. (${level})`, '', why, '', `Example: \`${example}\``, '', `Fix: ${fix}`);
  }
  return `${parts.join('\n')}\n`;
}
