/** Models java.lang.String.split for a plain separator: empty parts at the end are dropped, but of an empty text. */
export function javaSplit(text: string, separator: string): string[] {
  const parts = text.split(separator);
  if (text === '') return parts;
  while (parts.at(-1) === '') parts.pop();
  return parts;
}
