/** A text without what no two runs share: ids, addresses, hashes, durations, sizes. */
export function mask(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
    .replace(/\b[0-9a-f]{64}\b/g, '<id>')
    .replace(/\b1[78]\d{8}(?=%|\b)/g, '<unix time>')
    .replace(/\b10\.\d+\.\d+\.\d+\b(?::53\b)?/g, '<ip>')
    .replace(
      / in [\d.hmsµ]+ \([\d.hmsµ]+ including waiting\)\. Image size: \d+ bytes/,
      ' in <time>. Image size: <size>',
    )
    .replace(/pulling from host \S+ failed/, 'pulling from host <host> failed');
}
