import type { LabelSelector } from '../../kube/objects.ts';

/** Labels as `a=b,c=d`, sorted as pairs (`app.x=b` before `app=a`); `<none>` if there are none. Models labels.FormatLabels. */
export function formatLabels(labels: Record<string, string> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}

/** A label selector as `a=b,tier in (x,y),!z`. Models metav1.FormatLabelSelector. */
export function formatSelector(selector: LabelSelector | undefined): string {
  const parts: { key: string; text: string }[] = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({
    key,
    text: `${key}=${value}`,
  }));
  for (const { key, operator, values = [] } of selector?.matchExpressions ?? []) {
    const list = `(${[...values].sort().join(',')})`;
    if (operator === 'In') parts.push({ key, text: `${key} in ${list}` });
    else if (operator === 'NotIn') parts.push({ key, text: `${key} notin ${list}` });
    else if (operator === 'Exists') parts.push({ key, text: key });
    else parts.push({ key, text: `!${key}` });
  }
  if (parts.length === 0) return '<none>';
  return parts
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map((part) => part.text)
    .join(',');
}
