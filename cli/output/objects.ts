/** An object as JSON (four blanks, as kubectl indents) or YAML (keys in order of the alphabet, as kubectl's). */
export async function objectsText(object: unknown, format: 'json' | 'yaml'): Promise<string> {
  if (format === 'json') return `${JSON.stringify(object, null, 4)}\n`;
  const { stringify } = await import('yaml');
  // Plain data without anchors: what is shared in memory is written out each time.
  return stringify(JSON.parse(JSON.stringify(object)), {
    lineWidth: 0,
    aliasDuplicateObjects: false,
    sortMapEntries: true,
    indentSeq: false,
  });
}
