/**
 * A gzip file that holds its content uncompressed: any reader takes it. Pushes of more than a kibibyte are gzipped on
 * the wire; how well is nobody's concern in a lab.
 */
export function gzipStored(content: Uint8Array): Uint8Array {
  const blocks: number[] = [];
  const size = 0xffff;
  for (let at = 0; at === 0 || at < content.length; at += size) {
    const block = content.subarray(at, at + size);
    const isLast = at + size >= content.length ? 1 : 0;
    blocks.push(
      isLast,
      block.length & 255,
      block.length >> 8,
      ~block.length & 255,
      (~block.length >> 8) & 255,
      ...block,
    );
  }
  const header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
  return Uint8Array.from([...header, ...blocks, ...word(crc32(content)), ...word(content.length)]);
}

function word(value: number): number[] {
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255];
}

function crc32(content: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of content) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
