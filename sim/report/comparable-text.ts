const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  // `read tcp 10.244.0.1:51234->10.244.0.2:8080`: the port of the kubelet's end is any.
  [/\b\d{1,3}(?:\.\d{1,3}){3}:\d+->/g, 'ADDRESS->'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, 'ADDRESS'],
  [/\b[0-9a-f]{64}\b/g, 'ID'],
];

/**
 * A text without what two runs of one file may have differently in two runtimes: addresses and ids. Undefined for events
 * about images: whether they are on the machine is no part of the story.
 */
export function comparableText(text: string): string | undefined {
  if (/^Normal (Pulling|Pulled): /.test(text)) return undefined;
  return REPLACEMENTS.reduce((rest, [pattern, word]) => rest.replace(pattern, word), text);
}
