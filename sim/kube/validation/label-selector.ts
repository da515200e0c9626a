interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

/** A selector as Go's `%#v` prints it, as errors about one show it. */
export function labelSelectorText({ matchLabels, matchExpressions }: Selector): string {
  const labels = Object.entries(matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const labelsText =
    matchLabels === undefined
      ? '(nil)'
      : `{${labels.map(([key, value]) => `${quoted(key)}:${quoted(value)}`).join(', ')}}`;
  const expressions = (matchExpressions ?? []).map(
    ({ key, operator, values }) =>
      `v1.LabelSelectorRequirement{Key:${quoted(key)}, Operator:${quoted(operator)}, Values:[]string${
        values === undefined ? '(nil)' : `{${values.map(quoted).join(', ')}}`
      }}`,
  );
  const expressionsText = matchExpressions === undefined ? '(nil)' : `{${expressions.join(', ')}}`;
  return `v1.LabelSelector{MatchLabels:map[string]string${labelsText}, MatchExpressions:[]v1.LabelSelectorRequirement${expressionsText}}`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
