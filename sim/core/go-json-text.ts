const ESCAPED = /[<>&\u2028\u2029]/g;

/** A value as Go's encoding/json writes it, keys in the order given: what HTML could misread is escaped. */
export function goJsonText(value: unknown): string {
  return JSON.stringify(value).replace(
    ESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
