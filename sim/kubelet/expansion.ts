/**
 * `$(VAR)` replaced by its value, `$$` by `$`; an unknown variable and a lone `$` stay. Values are not expanded again.
 * Models kubernetes v1.34 third_party/forked/golang/expansion.
 */
export function expandVariables(text: string, lookup: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text;
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    const next = text[i + 1];
    if (character !== '$' || next === undefined) {
      result += character;
    } else if (next === '$') {
      result += '$';
      i++;
    } else if (next === '(') {
      const end = text.indexOf(')', i + 2);
      if (end < 0) {
        // No closing bracket: what was read so far stands as it is.
        result += '$(';
        i++;
        continue;
      }
      const name = text.slice(i + 2, end);
      result += lookup(name) ?? `$(${name})`;
      i = end;
    } else {
      // A `$` before anything else stays, together with what follows.
      result += `$${next}`;
      i++;
    }
  }
  return result;
}
