import type { LabelSelector } from './objects.ts';

type Labels = Record<string, string> | undefined;

/** True if `labels` has every pair of `selector`; an empty selector matches all. Models labels.Set.AsSelector. */
export function matchesLabels(selector: Record<string, string>, labels: Labels): boolean {
  // Asked for every pod at every change of one: no entries array.
  for (const name in selector) if (labels?.[name] !== selector[name]) return false;
  return true;
}

/** Models apimachinery metav1.LabelSelectorAsSelector: an empty selector matches all, none at all matches nothing. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  if (!matchesLabels(selector.matchLabels ?? {}, labels)) return false;
  return (selector.matchExpressions ?? []).every(({ key, operator, values }) => {
    const value = labels?.[key];
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    if (operator === 'In') return value !== undefined && (values ?? []).includes(value);
    if (operator === 'NotIn') return value === undefined || !(values ?? []).includes(value);
    return false;
  });
}
